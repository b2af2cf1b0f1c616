CREATE INDEX CONCURRENTLY users_name ON users (name);

-- DOWN

DROP INDEX CONCURRENTLY users_name;
