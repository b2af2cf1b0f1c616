CREATE TABLE t027 (id INT PRIMARY KEY, a INT[], j JSONB, n INT);
INSERT INTO t027 (id, a, j) VALUES (1, '{1,2}', '{"a": {"b": [1]}}'), (2, NULL, 'null') ON CONFLICT ON CONSTRAINT t027_pkey DO UPDATE SET (a, n) = ROW (excluded.a, DEFAULT) WHERE t027.id <> 5 RETURNING *, id + 1 AS next;
UPDATE t027 SET j['x'] = '2' WHERE id = 1;
UPDATE t027 AS t SET a[1] = 5, a[2:3] = '{7,8}', n = DEFAULT FROM (VALUES (1), (2)) AS v (id) WHERE v.id = t.id RETURNING t.a[1], v.*;
UPDATE ONLY t027 SET (n, a) = (SELECT count(*), array_agg(id) FROM t027), j = (j #- '{a,b}') || '{"c;": 1}' WHERE j ? 'a' AND j ?& ARRAY['a'] AND (j -> 'a') IS NOT NULL;
DELETE FROM t027 * AS t USING t027 AS o WHERE t.id = o.id + 100 RETURNING t.*;
MERGE INTO t027 AS t USING (SELECT 1 AS id) AS s ON s.id = t.id WHEN MATCHED AND t.n > 100 THEN DELETE WHEN MATCHED THEN UPDATE SET n = 0 WHEN NOT MATCHED THEN DO NOTHING;
TRUNCATE TABLE ONLY t027 CONTINUE IDENTITY RESTRICT;

-- DOWN
DROP TABLE t027;
