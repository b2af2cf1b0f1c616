CREATE TABLE posts (id INTEGER, title TEXT,);

-- DOWN

DROP TABLE posts;
