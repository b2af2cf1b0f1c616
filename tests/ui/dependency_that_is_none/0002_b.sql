-- Dependencies: 0001_a.sql
CREATE TABLE b (id INTEGER);
-- DOWN
DROP TABLE b;
