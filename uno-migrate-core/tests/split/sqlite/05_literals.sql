SELECT x'3B', X'00', 'a\', 1e-5, .5, 0x1F, 1_000, a->>'$.b', a->'c', b||';' , c<>d, e==f, g!=h, i<<2, -1;
SELECT ?1, ?, :a, @b, $c FROM t;
SELECT '
-- DOWN
';
-- DOWN
SELECT 1
