-- Transaction: off
-- ForeignKeys: disabled
-- LockTimeout: 5
-- StatementTimeout: 0s
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
