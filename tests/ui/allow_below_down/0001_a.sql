-- Allow: not-in-transaction it is small
CREATE INDEX CONCURRENTLY a ON users (name);

-- DOWN
-- Allow: drop-column it is not one

DROP INDEX CONCURRENTLY a;
