CREATE DATABASE IF NOT EXISTS uno_corpus_other CHARACTER SET = utf8mb4 COLLATE = utf8mb4_unicode_ci COMMENT 'it''s; other';
CREATE OR REPLACE TABLE uno_corpus_other.t041 (id INT PRIMARY KEY);
CREATE TABLE t041 (id INT, FOREIGN KEY (id) REFERENCES uno_corpus_other.t041 (id));
CREATE VIEW v041 AS SELECT a.id FROM uno_corpus_other.t041 AS a JOIN t041 ON t041.id = a.id;
ALTER DATABASE uno_corpus_other COLLATE utf8mb4_bin;
DROP VIEW v041;
DROP TABLE t041;
DROP DATABASE uno_corpus_other;
CREATE TABLE t041 (id INT);

-- DOWN
DROP TABLE t041;
