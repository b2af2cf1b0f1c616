-- ForeignKeys: off
-- Transaction: none
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
