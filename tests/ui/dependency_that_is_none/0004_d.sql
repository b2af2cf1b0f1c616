-- Dependencies: the users table
CREATE TABLE d (id INTEGER);
-- DOWN
DROP TABLE d;
