CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NUL
);

-- DOWN

DROP TABLE users;
