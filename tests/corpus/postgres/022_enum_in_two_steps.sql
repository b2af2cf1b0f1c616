-- The type is made and extended in one transaction; what was added is used once that is committed.
CREATE TYPE e022 AS ENUM ('a');
ALTER TYPE e022 ADD VALUE 'b' BEFORE 'a';
ALTER TYPE e022 ADD VALUE IF NOT EXISTS 'c;' AFTER 'b';
CREATE TABLE t022 (e e022 DEFAULT 'a');
INSERT INTO t022 VALUES ('a');

-- DOWN
DROP TABLE t022;
DROP TYPE e022;
