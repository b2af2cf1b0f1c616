CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT);
CREATE INDEX posts_titel ON posts (titel);
INSERT INTO post (id) VALUES (1);

-- DOWN

DROP TABLE post;
