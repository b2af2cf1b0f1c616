CREATE TABLE users (id, name text);

-- DOWN

DROP TABLE users;
