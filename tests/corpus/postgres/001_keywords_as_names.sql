-- Migration: Keywords as names
CREATE TABLE "select" ("from" INT PRIMARY KEY, "where" TEXT, "group" TEXT, "DOWN" TEXT);
CREATE TABLE action (value INT, type TEXT, name TEXT, year INT, key TEXT, level INT, role TEXT, text TEXT, date DATE, time TIME, timestamp TIMESTAMP);
INSERT INTO "select" ("from", "where", "group") VALUES (1, 'where', 'by');
INSERT INTO action (value, type, name, year, key, level, role) SELECT "from", "where", "group", 1, 'k', 2, 'r' FROM "select" AS "as";
CREATE VIEW "view" AS SELECT s."from" AS "order", s."where" AS begin, s."group" AS end FROM "select" s;
CREATE FUNCTION "function"(language TEXT, function INT) RETURNS TEXT LANGUAGE sql AS 'SELECT language || function';
SELECT "function"(language => 'sql', function => 1), type "when", name AS "then" FROM action ORDER BY value, type, name;

-- DOWN
DROP FUNCTION "function"(TEXT, INT);
DROP VIEW "view";
DROP TABLE action;
DROP TABLE "select";
