-- Migration: CRLF everywhere
-- Tags: crlf, lines
CREATE TABLE t008 (
  id INTEGER, -- a comment
  note TEXT DEFAULT 'a
b'
);
CREATE TRIGGER a008 AFTER INSERT ON t008
BEGIN
  -- a comment
  UPDATE t008 SET note = 'c
d';
END;

-- DOWN
DROP TRIGGER a008;
DROP TABLE t008;
