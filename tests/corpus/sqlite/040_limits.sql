-- LockTimeout: 3s
-- StatementTimeout: none
CREATE TABLE t040 (id INT);
-- DOWN
-- LockTimeout: 500ms
DROP TABLE t040;
