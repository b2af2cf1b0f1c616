INSERT INTO posts (id) VALUES (1));

-- DOWN

DELETE FROM posts WHERE id = 1;
