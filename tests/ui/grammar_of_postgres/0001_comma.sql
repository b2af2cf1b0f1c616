CREATE TABLE users (
    id bigint PRIMARY KEY,
    name text NOT NULL,
);

-- DOWN

DROP TABLE users;
