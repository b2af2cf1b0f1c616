-- Migration: Keywords as names
CREATE TABLE `select` (`from` INT PRIMARY KEY, `where` VARCHAR(20), `group` VARCHAR(20), `DOWN` INT, `end` INT, `begin` INT);
CREATE TABLE action (value INT, type INT, name INT, date DATE, time TIME, timestamp TIMESTAMP NULL, status INT, begin INT, end INT, action INT, comment INT, event INT, `trigger` INT);
INSERT INTO action (value, type, begin, end) SELECT `from`, 1, `begin`, `end` FROM `select` AS `as`;
CREATE VIEW `view` AS SELECT s.`from` AS `order`, s.`where` AS begin, s.`group` AS end FROM `select` s;
CREATE TRIGGER `end` BEFORE INSERT ON action FOR EACH ROW BEGIN SET NEW.end = NEW.begin; IF NEW.end = 1 THEN SET NEW.begin = 2; END IF; END;
CREATE PROCEDURE `begin`() BEGIN SELECT begin, end FROM action; SELECT action.end, action.begin FROM action; END;
SELECT value AS `when`, type `then`, end FROM action ORDER BY value, begin;

-- DOWN
DROP PROCEDURE `begin`;
DROP TRIGGER `end`;
DROP VIEW `view`;
DROP TABLE action;
DROP TABLE `select`;
