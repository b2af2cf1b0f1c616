-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);

-- DOWN
-- Transaction: none

DROP INDEX CONCURRENTLY users_name;
