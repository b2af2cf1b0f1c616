SELECT 1;
source other/file.sql
\. other/file.sql
SELECT source FROM a;
