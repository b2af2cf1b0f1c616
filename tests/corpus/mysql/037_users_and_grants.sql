-- Accounts belong to the whole server: they are gone at the end.
CREATE USER IF NOT EXISTS 'uno_corpus'@'10.0.0.%' IDENTIFIED BY 'it''s; secret' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 10 ACCOUNT LOCK;
CREATE OR REPLACE ROLE uno_corpus_role;
CREATE TABLE t037 (id INT, a INT);
GRANT SELECT (id), INSERT (id, a), UPDATE ON t037 TO 'uno_corpus'@'10.0.0.%', uno_corpus_role;
REVOKE INSERT (a) ON t037 FROM uno_corpus_role;
GRANT uno_corpus_role TO "uno_corpus"@`10.0.0.%` WITH ADMIN OPTION;
ALTER USER 'uno_corpus'@'10.0.0.%' PASSWORD EXPIRE NEVER;
SET DEFAULT ROLE NONE FOR 'uno_corpus'@'10.0.0.%';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'uno_corpus'@'10.0.0.%';
DROP ROLE IF EXISTS uno_corpus_role;
DROP USER 'uno_corpus'@'10.0.0.%';

-- DOWN
DROP TABLE t037;
