/*!40101 SET NAMES utf8mb4; */;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE t (a int) /*!50100 PARTITION BY HASH (a) -- it's; a */
PARTITIONS 4 */ /*M!100301 WITH SYSTEM VERSIONING */;
SELECT /*+ MAX_EXECUTION_TIME(1000); */ 1;
/*+ only a hint */;
/*!50003 CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = '*/'; /* c */ SET @b = 1; END */;
-- DOWN
DROP TABLE /*!32302 IF EXISTS */ t;
