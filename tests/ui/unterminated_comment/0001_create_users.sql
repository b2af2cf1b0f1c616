CREATE TABLE users (id INTEGER /* the key);

-- DOWN

DROP TABLE users;
