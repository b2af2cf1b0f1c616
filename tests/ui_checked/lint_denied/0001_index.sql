CREATE INDEX users_name ON users (name);
DROP INDEX users_email;

-- DOWN
-- Nothing: a test
