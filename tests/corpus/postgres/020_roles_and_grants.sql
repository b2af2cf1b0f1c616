-- Roles belong to the whole server: they are gone at the end.
CREATE ROLE uno_corpus_reader NOLOGIN;
CREATE ROLE uno_corpus_writer WITH LOGIN PASSWORD 'it''s; secret' VALID UNTIL 'infinity' CONNECTION LIMIT 5 IN ROLE uno_corpus_reader;
CREATE TABLE t020 (id INT, note TEXT);
CREATE SEQUENCE s020;
GRANT SELECT (id), INSERT, UPDATE (id, note) ON t020 TO uno_corpus_reader WITH GRANT OPTION;
GRANT USAGE, SELECT ON SEQUENCE s020 TO uno_corpus_writer;
GRANT ALL ON ALL TABLES IN SCHEMA public TO uno_corpus_writer;
GRANT uno_corpus_reader TO uno_corpus_writer WITH ADMIN OPTION;
REVOKE GRANT OPTION FOR SELECT (id) ON t020 FROM uno_corpus_reader CASCADE;
ALTER DEFAULT PRIVILEGES FOR ROLE uno_corpus_writer IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO uno_corpus_reader;
ALTER ROLE uno_corpus_reader SET search_path TO app, "$user", public;
COMMENT ON ROLE uno_corpus_reader IS 'reads; only';
ALTER DEFAULT PRIVILEGES FOR ROLE uno_corpus_writer IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM uno_corpus_reader;
DROP OWNED BY uno_corpus_writer, uno_corpus_reader;
DROP ROLE uno_corpus_writer, uno_corpus_reader;

-- DOWN
DROP SEQUENCE s020;
DROP TABLE t020;
