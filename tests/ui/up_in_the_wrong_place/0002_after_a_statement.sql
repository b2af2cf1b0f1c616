CREATE TABLE posts (id INTEGER);
-- UP

-- DOWN

DROP TABLE posts;
