ALTER TABLE users DROP COLUMN nickname;

-- DOWN
-- Nothing: a test
