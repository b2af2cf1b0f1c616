CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES ((2)););
CREATE OR REPLACE RULE s AS ON DELETE TO t DO INSTEAD NOTHING;
SELECT x::int, y [1:2], a => 1, b := 2, z ->> 'k', j #>> '{a;b}', k ?| array['c'] FROM generate_series(1, 2) AS g(x);
-- DOWN
DROP RULE r ON t;
