\set ON_ERROR_STOP on
\connect app
CREATE TABLE t (a int, b text);
COPY public.t (a, b) FROM stdin WITH (FORMAT text);
1	it's
2	\N;
\.
COPY t TO STDOUT;
COPY t FROM '/tmp/stdin';
SELECT 1 \gset
;
-- DOWN
DROP TABLE t;
