-- Description: Größe, 日本語, 🦀, ‘curly’, «guillemets»
CREATE TABLE größen (größe INT, 名前 TEXT, "🦀" TEXT, naïve TEXT, ñandú INT);
INSERT INTO größen (größe, 名前, "🦀", naïve) VALUES (1, '日本語; ‘x’', '🦀', E'\U0001F980'), (2, U&'\0441\043B', '​', ' ');
CREATE VIEW "Ansicht; groß" AS SELECT größe AS "Größe № 1", 名前 FROM größen WHERE "🦀" <> '“”';
COMMENT ON COLUMN größen.名前 IS 'name; 名前 — “quoted”';
COMMENT ON TABLE größen IS NULL;

-- DOWN
DROP VIEW "Ansicht; groß";
DROP TABLE größen;
