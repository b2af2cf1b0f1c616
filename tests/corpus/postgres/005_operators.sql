CREATE TABLE t005 (j JSONB, a INT[], r INT4RANGE, t TSVECTOR, p POINT, i INET, s TEXT);
INSERT INTO t005 VALUES ('{"a": {"b": [1, 2]}}', '{1,2}', '[1,5)', 'a b', '(1,2)', '10.0.0.1/8', 'it''s; text');
SELECT j -> 'a' -> 'b' ->> 0, j #> '{a,b}', j #>> '{a,b,0}', j ? 'a', j ?| ARRAY['a'], j ?& '{a}', j @> '{"a": {}}', '{}' <@ j, j || '{}', j - 'a', j #- '{a}', j @? '$.a', j @@ '$.a == 1' FROM t005;
SELECT a && '{1}', a @> '{1}', a <@ '{1,2,3}', a || 3, 0 || a, a[1]+-1, r && '[2,3]', r -|- '[5,6)', r << '[9,10)', r &< r, r * r, t @@ 'a & !c', t || 'd', !!'a'::tsquery FROM t005;
SELECT p <-> '(0,0)', p <@ '<(0,0),5>'::CIRCLE, p ~= p, p >> p, p <<| p, ?| '((0,0),(0,1))'::LSEG, @-@ '((0,0),(0,1))'::LSEG, # '((0,0),(1,1))'::PATH FROM t005 WHERE FALSE;
SELECT i << '10.0.0.0/7', i >>= i, ~i, i & i, i + 1, s ~ '^it', s !~* 'x;', s ~~ 'i%', s !~~* 'x', s ^@ 'it', 5 % 3, 2 ^ 3, |/ 16, ||/ 27, @ -5, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 2, 8 >> 1, -5, - 5, + 5, 1 <> 2, 1 != 2, 1<=2, 1>=2, 3*-2, 5::INT % -3 FROM t005;

-- DOWN
DROP TABLE t005;
