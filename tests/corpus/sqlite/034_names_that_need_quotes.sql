CREATE TABLE "t 034" ("a b" INT, [c;d] INT, `e-f` INT, "g""h" INT, "i'j" INT, "--k" INT, "/*l" INT, "m.n" INT, "1st" INT, "" INT, "(" INT);
CREATE INDEX "i 034;" ON "t 034" ("a b", [c;d], `e-f`, "g""h");
INSERT INTO "t 034" ("a b", [c;d], "i'j", "--k", "/*l", "") VALUES (1, 2, 3, 4, 5, 6);
SELECT "t 034"."a b", main."t 034".[c;d], x."m.n" AS "; y" FROM "t 034" AS x, "t 034";

-- DOWN
DROP TABLE "t 034";
