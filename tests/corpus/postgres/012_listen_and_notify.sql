CREATE TABLE t012 (id INT);
NOTIFY changed, 'it''s; a table';
SELECT pg_notify('changed', '{"table": "t012"}');
LISTEN changed;
UNLISTEN changed;
UNLISTEN *;

-- DOWN
NOTIFY changed;
DROP TABLE t012;
