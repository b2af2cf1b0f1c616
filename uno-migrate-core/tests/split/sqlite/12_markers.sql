-- === UP MIGRATION ===
-- Tags: a
PRAGMA foreign_keys = OFF;;
CREATE TABLE t (a -- the first; down
, b)
-- DOWN
-- Nothing: it's fine
