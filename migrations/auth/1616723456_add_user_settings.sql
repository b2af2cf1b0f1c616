-- Migration: Add user settings
-- Dependencies: 1616721123_create_users_table
-- Tags: auth
CREATE TABLE user_settings (
    user_id BIGINT NOT NULL PRIMARY KEY,
    theme VARCHAR(50) NOT NULL DEFAULT 'light',
    notifications_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    FOREIGN KEY (user_id) REFERENCES users (id)
);

-- DOWN

DROP TABLE user_settings;
