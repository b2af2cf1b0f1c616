-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);

-- DOWN
-- Nothing: a test
