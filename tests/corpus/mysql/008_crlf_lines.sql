-- Migration: CRLF everywhere
-- Tags: crlf, lines
CREATE TABLE t008 (
  id INT, -- a comment
  note VARCHAR(20) DEFAULT 'a
b'
);
CREATE TRIGGER a008 BEFORE INSERT ON t008 FOR EACH ROW
BEGIN
  -- a comment
  SET NEW.note = 'c
d';
END;

-- DOWN
DROP TRIGGER a008;
DROP TABLE t008;
