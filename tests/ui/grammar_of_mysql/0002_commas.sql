CREATE TABLE posts (id BIGINT,, title TEXT,);

-- DOWN

DROP TABLE posts;
