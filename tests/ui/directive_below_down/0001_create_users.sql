CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN
-- Tags: auth

DROP TABLE users;
