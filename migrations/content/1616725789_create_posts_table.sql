-- Migration: Create posts table
-- Dependencies: 1616721123_create_users_table
-- Tags: schema, content
CREATE TABLE posts (
    id BIGINT NOT NULL PRIMARY KEY,
    author_id BIGINT NOT NULL,
    title VARCHAR(255) NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (author_id) REFERENCES users (id)
);

CREATE INDEX posts_author_id ON posts (author_id);

-- DOWN

DROP TABLE posts;
