-- Allow: concurrent-if-not-exists it is small
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
