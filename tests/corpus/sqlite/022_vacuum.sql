-- Transaction: none
CREATE TABLE t022 (id INT);
VACUUM;
VACUUM main;

-- DOWN
DROP TABLE t022;
