-- Migration: Written by an editor that leaves a mark
CREATE TABLE t009 (id INT);
-- DOWN
DROP TABLE t009;
