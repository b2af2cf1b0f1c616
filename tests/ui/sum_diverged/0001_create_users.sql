CREATE TABLE users (id BIGINT);

-- DOWN

DROP TABLE users;
