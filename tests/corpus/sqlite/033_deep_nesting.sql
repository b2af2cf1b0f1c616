CREATE TABLE t033 (a INT);
SELECT ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));
SELECT CASE WHEN 1 THEN CASE WHEN 2 THEN CASE WHEN 3 THEN CASE WHEN 4 THEN ';' END END END END, (SELECT (SELECT (SELECT (SELECT 1))));

-- DOWN
DROP TABLE t033;
