INSERT INTO t VALUES ('it\'s; -- DOWN', "say \"hi\";", 'c:\\', 'a''b;', "a"";b", N'n;\'', X'3B', b'1', _utf8mb4'x;', 0x3B);
INSERT INTO `a``;b` VALUES (1);
SELECT 'a' ';b', @a := 1, @`x;`, @@session.sql_mode, a->>'$.b', NULL <=> 1, ?;
-- DOWN
SELECT '
-- DOWN
';
