-- Allow: drop-column nothing reads it since 2.3
ALTER TABLE users DROP COLUMN phone;

-- DOWN
-- Nothing: a test
