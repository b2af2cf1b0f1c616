-- Migration: Keywords as names
CREATE TABLE "select" ("from" INTEGER PRIMARY KEY, [where] TEXT, `group` TEXT, "DOWN" TEXT, end_at, begin_at);
CREATE TABLE action (key TEXT, value, temp, view, "trigger", database, [plan], cascade, no, "first", "last", row, rows, recursive, "virtual", "without");
INSERT INTO action (key, value, temp, view) SELECT "from", [where], `group`, "DOWN" FROM "select" AS "as";
CREATE VIEW "view" AS SELECT s."from" AS "order", s.[where] AS "begin", s.`group` AS "end" FROM "select" s;
CREATE INDEX "index" ON "select" ("from", [where]);
CREATE TRIGGER "trigger" AFTER INSERT ON "select" BEGIN UPDATE "select" SET `group` = new."DOWN" WHERE "from" = new."from"; END;
SELECT key "when", value AS "then", replace, glob, [like] FROM (SELECT key, value, 1 AS replace, 2 AS glob, 3 AS [like] FROM action);

-- DOWN
DROP TRIGGER "trigger";
DROP INDEX "index";
DROP VIEW "view";
DROP TABLE action;
DROP TABLE "select";
