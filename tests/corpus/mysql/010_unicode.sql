-- Description: Größe, 日本語, 🦀, ‘curly’, «guillemets»
CREATE TABLE größen (größe INT, 名前 VARCHAR(20), `Größe № 1` TEXT, naïve TEXT COMMENT '“quoted”; 名前');
INSERT INTO größen (größe, 名前, naïve) VALUES (1, '日本語; ‘x’', '🦀'), (2, _utf8mb4 0xF09FA680, ' ');
CREATE VIEW `Ansicht; groß` AS SELECT größe AS `a ü`, 名前 FROM größen WHERE naïve <> '“”';

-- DOWN
DROP VIEW `Ansicht; groß`;
DROP TABLE größen;
