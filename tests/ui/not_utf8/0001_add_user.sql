INSERT INTO users (name) VALUES ('André');

-- DOWN

DELETE FROM users;
