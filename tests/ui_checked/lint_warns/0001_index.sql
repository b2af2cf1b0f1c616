CREATE INDEX users_name ON users (name);

-- DOWN

DROP INDEX users_name;
