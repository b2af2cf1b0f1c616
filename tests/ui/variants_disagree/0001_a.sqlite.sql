-- Description: creates users
-- Tags: auth, sqlite
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
