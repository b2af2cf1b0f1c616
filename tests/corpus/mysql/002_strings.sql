CREATE TABLE t002 (id INT, s TEXT);
INSERT INTO t002 VALUES
  (1, 'it''s'), (2, 'it\'s; \\'), (3, '\\'), (4, "it's; \"x\""), (5, "a""b"), (6, 'a\
b'), (7, ''), (8, ''''), (9, ''';'''), (10, '-- DOWN
-- DOWN
/* DOWN */'), (11, x'27'), (12, 0x27), (13, b'0100'), (14, N'national'), (15, _utf8mb4'x;' COLLATE utf8mb4_bin), (16, _latin1 'x'),
  (17, 'first ' 'second; ' "third"), (18, '"'), (19, "'"), (20, '`'), (21, '$$'), (22, '\0\'\b\n\r\t\Z\%\_'), (23, '#'), (24, '--');
SELECT 's', "s", `s`, '\\\'', "\\\"" FROM t002;

-- DOWN
DROP TABLE t002;
