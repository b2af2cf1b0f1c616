ALTER TABLE users ADD COLUMN email TEXT;
CREATE INDEX users_email ON users (email);
CREATE VIEW addresses AS SELECT email FROM users;

-- DOWN

DROP INDEX users_email;
DROP VIEW addresses;
