CREATE TABLE users ("id INTEGER);

-- DOWN

DROP TABLE users;
