-- Migration: CRLF everywhere
-- Tags: crlf, lines
CREATE TABLE t008 (
  id INT, -- a comment
  note TEXT DEFAULT 'a
b'
);
CREATE FUNCTION f008() RETURNS INT LANGUAGE plpgsql AS $$
BEGIN
  -- a comment
  RETURN 1;
END
$$;

-- DOWN
DROP FUNCTION f008();
DROP TABLE t008;
