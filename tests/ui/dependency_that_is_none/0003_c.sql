-- Dependencies: nothing
CREATE TABLE c (id INTEGER);
-- DOWN
DROP TABLE c;
