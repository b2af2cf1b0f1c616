-- === UP MIGRATION ===
--   migration :   Odd headers: with a colon
-- Created at: 2024-01-01 12:00
--
-- TODO: nothing
-- https://example.org: a link
-- Note: Down below is the way down
-- TAGS: a,b ,  c
--Version:2.1

-- statementtimeout: 5 min
CREATE TABLE t029 (id INT);

-- === DOWN MIGRATION ===
-- going down
-- LockTimeout: none
DROP TABLE t029;
