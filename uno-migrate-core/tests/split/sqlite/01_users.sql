-- Migration: Create users
-- ForeignKeys: off
CREATE TABLE users (id INTEGER PRIMARY KEY, [na;me] TEXT, `b;c` TEXT, "d;""e" TEXT DEFAULT 'it''s;');
-- DOWN
-- ForeignKeys: off
DROP TABLE users;
