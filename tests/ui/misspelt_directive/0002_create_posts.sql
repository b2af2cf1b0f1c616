-- Dependancies: 0001_create_users
-- Tag: blog
CREATE TABLE posts (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE posts;
