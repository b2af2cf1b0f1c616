CREATE TABLE t003 (id INTEGER, s TEXT);
INSERT INTO t003 VALUES (1, 'it''s'), (2, '\'), (3, ''), (4, ''''), (5, ''';'''), (6, '-- DOWN
-- DOWN
/* DOWN */'), (7, x'27'), (8, X''), (9, 'a' || char(39, 59) || 'b'), (10, '"'), (11, '`'), (12, '$$'), (13, '[');
SELECT "s", 's', [s], `s`, "a""b", `c``d`, 'x' 'alias; y', 1 'it''s' FROM (SELECT s, 1 AS "a""b", 2 AS `c``d` FROM t003);

-- DOWN
DROP TABLE t003;
