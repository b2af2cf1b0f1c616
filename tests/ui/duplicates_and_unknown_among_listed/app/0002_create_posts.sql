-- Dependencies: 0001_create_users, 0009_gone, billing:0009_gone, billing:0001_create_users
CREATE TABLE posts (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE posts;
