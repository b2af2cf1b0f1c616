-- Description: Größe, 日本語, 🦀, ‘curly’, «guillemets»
CREATE TABLE größen (größe INT, 名前 TEXT, "🦀" TEXT, naïve TEXT, ñandú INT);
INSERT INTO größen (größe, 名前, "🦀", naïve) VALUES (1, '日本語; ‘x’', '🦀', '​'), (2, ' ', char(129408), NULL);
CREATE VIEW [Ansicht; groß] AS SELECT größe AS "Größe № 1", 名前 FROM größen WHERE "🦀" <> '“”';

-- DOWN
DROP VIEW [Ansicht; groß];
DROP TABLE größen;
