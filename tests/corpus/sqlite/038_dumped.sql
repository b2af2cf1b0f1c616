-- Description: As `.dump` writes it, without its transaction
CREATE TABLE IF NOT EXISTS "t038" (
	"id"	INTEGER NOT NULL,
	"name"	varchar(255) NOT NULL COLLATE NOCASE,
	"made"	datetime DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY("id" AUTOINCREMENT),
	UNIQUE("name")
);
INSERT INTO t038 VALUES(1,'it''s',NULL);
INSERT INTO t038 VALUES(2,replace('line\nbreak','\n',char(10)),'2020-01-01');
DELETE FROM sqlite_sequence WHERE name = 't038';
INSERT INTO sqlite_sequence VALUES('t038',2);
CREATE UNIQUE INDEX "t038_name" ON "t038" ("name");

-- DOWN
DROP TABLE t038;
