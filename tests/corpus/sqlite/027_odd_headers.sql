-- === UP MIGRATION ===
--   migration :   Odd headers: with a colon
-- Created at: 2024-01-01 12:00
--
-- TODO: nothing
-- https://example.org: a link
-- Note: Down below is the way down
-- TAGS: a,b ,  c
--Version:2.1

CREATE TABLE t027 (id INT);

-- === DOWN MIGRATION ===
-- going down
DROP TABLE t027;
