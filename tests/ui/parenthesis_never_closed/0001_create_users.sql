CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name VARCHAR(80
);

-- DOWN

DROP TABLE users;
