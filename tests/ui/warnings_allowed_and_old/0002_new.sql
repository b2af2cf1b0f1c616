ALTER TABLE users DROP COLUMN motto;
ALTER TABLE users RENAME COLUMN name TO full_name;

-- DOWN
-- Nothing: a test
