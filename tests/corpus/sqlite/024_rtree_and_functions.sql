CREATE VIRTUAL TABLE t024 USING rtree(id, min_x, max_x, min_y, max_y, +note TEXT, +"odd; one" BLOB);
INSERT INTO t024 VALUES (1, -1.5, 2e1, 0, 1, 'it''s;', NULL);
SELECT id FROM t024 WHERE min_x >= -2 AND max_y <= 5;
CREATE TABLE t024_f (a TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), b INT DEFAULT (unixepoch()), c TEXT DEFAULT (lower(hex(randomblob(16)))), d TEXT DEFAULT (printf('%s;%d', 'a', 1)));
INSERT INTO t024_f DEFAULT VALUES;
SELECT group_concat(a, '; ') FILTER (WHERE a IS NOT NULL), count(DISTINCT b), total(b), min(a, c), quote('it''s'), format('%05.2f', 1.5), instr(c, ';'), substring(d, 2), julianday('now'), nullif(1, 1), ifnull(NULL, ';'), likely(1), unicode('a'), changes(), last_insert_rowid(), json_group_object(a, json(b)) FROM t024_f;

-- DOWN
DROP TABLE t024_f;
DROP TABLE t024;
