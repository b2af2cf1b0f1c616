CREATE TABLE t005 (a INT, b TEXT, c REAL);
INSERT INTO t005 VALUES (1, 'a', .5), (0x1F, 'b', 1e3), (-1, 'c', 5.), (+2, 'd', 1.5E-3), (1_000, 'e', 0xFF_FF);
SELECT a + 1 - 2 * 3 / 4 % 5, a << 1 >> 2, a & 1 | 2, ~a, NOT a, - - a, a = 1, a == 1, a <> 1, a != 1, a < 1, a <= 1, a > 1, a >= 1, b || c || ';' FROM t005;
SELECT a IS NULL, a ISNULL, a NOTNULL, a NOT NULL, a IS NOT 1, a IS DISTINCT FROM 1, a IS NOT DISTINCT FROM b, a BETWEEN 1 AND 2 AND 1, a NOT BETWEEN 1 AND 2, a IN (1, 2), a NOT IN (), (a, b) IN (VALUES (1, 'a')), (a, b) = (1, 'a') FROM t005, (SELECT 1);
SELECT b LIKE 'a%', b NOT LIKE '%;' ESCAPE '!', b GLOB '[a-z]*', b COLLATE NOCASE = 'A' COLLATE "BINARY", CAST(a AS TEXT), CASE a WHEN 1 THEN 'x;' ELSE 'y' END, EXISTS (SELECT 1), NOT EXISTS (SELECT 1 WHERE 0), (SELECT max(a) FROM t005) FROM t005;
SELECT '{"a": [1, {"b": ";"}]}' -> '$.a' ->> 1, '[1]' -> 0, b ->> '$' IS NULL, iif(a, 'x', ';') FROM t005 WHERE json_valid(b);

-- DOWN
DROP TABLE t005;
