-- Tags: auth,, users
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
