-- migrate:up
CREATE TABLE posts (id INTEGER PRIMARY KEY);

-- migrate:down
DROP TABLE posts;
