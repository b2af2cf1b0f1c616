INSERT INTO users (name) VALUES ('Ada);

-- DOWN

DELETE FROM users;
