PRAGMA foreign_keys = OFF;
DELETE FROM countries;

-- DOWN
-- Nothing: a test
