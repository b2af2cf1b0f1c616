ALTER TABLE users DROP COLUMN nickname, ALGORITHM=INPLACE;

-- DOWN
-- Nothing: a test
