-- Migration: Add categories
-- Description: Posts have categories; this is where the two branches that begin at the users table meet again
-- Dependencies: 1616725789_create_posts_table, 1616724000_add_user_profiles
-- Tags: content
CREATE TABLE categories (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL UNIQUE,
    curator_id BIGINT,
    FOREIGN KEY (curator_id) REFERENCES user_profiles (user_id)
);

CREATE TABLE post_categories (
    post_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    PRIMARY KEY (post_id, category_id),
    FOREIGN KEY (post_id) REFERENCES posts (id),
    FOREIGN KEY (category_id) REFERENCES categories (id)
);

-- DOWN

DROP TABLE post_categories;
DROP TABLE categories;
