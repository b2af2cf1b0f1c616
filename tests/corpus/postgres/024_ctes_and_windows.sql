CREATE TABLE t024 (id INT GENERATED ALWAYS AS IDENTITY, parent INT, amount NUMERIC, at DATE);
WITH RECURSIVE t (n, path, is_cycle) AS (VALUES (1, ARRAY[1], FALSE) UNION ALL SELECT n + 1, path || n, n = ANY (path) FROM t WHERE n < 10 AND NOT is_cycle),
  u AS MATERIALIZED (SELECT n FROM t), v AS (INSERT INTO t024 (parent, amount) SELECT NULLIF(n, 1), n * 1.5 FROM u RETURNING id, amount)
SELECT id, sum(amount) OVER (PARTITION BY id % 2 ORDER BY id DESC ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) FROM v;
WITH RECURSIVE tree AS (SELECT id, parent FROM t024 WHERE parent IS NULL UNION ALL SELECT c.id, c.parent FROM t024 c JOIN tree ON tree.id = c.parent)
SEARCH DEPTH FIRST BY id SET ordering CYCLE id SET is_loop TO 'y' DEFAULT 'n' USING path
SELECT *, rank() OVER w, lag(id, 2, 0) OVER (w RANGE UNBOUNDED PRECEDING), ntile(4) OVER (ORDER BY id) FROM tree WINDOW w AS (ORDER BY id), x AS (PARTITION BY parent) ORDER BY ordering;
SELECT GROUPING(parent, id), count(*) FILTER (WHERE amount > 1), string_agg(DISTINCT id::TEXT, ';' ORDER BY id::TEXT) FROM t024 GROUP BY ROLLUP (parent), CUBE (id, at), GROUPING SETS ((), (parent)) HAVING count(*) > 0 OR bool_or(TRUE);

-- DOWN
DROP TABLE t024;
