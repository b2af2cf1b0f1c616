-- Allow: concurrent-if-not-exist it is small
-- Allow: colour I like it
-- Allow: transaction-control I know what I do
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
