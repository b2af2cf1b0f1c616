CREATE TEXT SEARCH DICTIONARY d033 (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION c033 (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION c033 ALTER MAPPING FOR asciiword, word WITH d033, simple;
CREATE TABLE t033 (body TEXT, tokens TSVECTOR GENERATED ALWAYS AS (setweight(to_tsvector('c033'::regconfig, coalesce(body, '')), 'A')) STORED);
CREATE INDEX i033 ON t033 USING gin (tokens);
INSERT INTO t033 VALUES ('it''s; a test'), (NULL);
SELECT ts_headline(body, to_tsquery('c033', 'test & !other')), tokens @@ websearch_to_tsquery('"a test" -b') FROM t033 WHERE tokens @@ 'test:*'::tsquery;

-- DOWN
DROP TABLE t033;
DROP TEXT SEARCH CONFIGURATION c033;
DROP TEXT SEARCH DICTIONARY d033;
