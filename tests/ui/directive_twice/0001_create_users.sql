-- Tags: auth
-- Description: Creates users
-- Tags: core
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
