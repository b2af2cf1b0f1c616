/*!40101 SET @old_client = @@character_set_client */;
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE t004 (
  id INT /*!80016 NOT NULL */ /*!50606 COMMENT 'a; b' */,
  note VARCHAR(20) /*M! DEFAULT 'it''s' */ /*M!100201 CHECK (note <> ';') */
) /*!40100 DEFAULT CHARSET=utf8mb4 */ /*!50100 ENGINE=InnoDB */;
/*!50003 CREATE*/ /*!50003 TRIGGER a004 BEFORE INSERT ON t004 FOR EACH ROW SET NEW.note = 'x;' */;
/*!40000 ALTER TABLE t004 DISABLE KEYS */;
INSERT /*! HIGH_PRIORITY */ INTO t004 (id) VALUES /*!99999 nonsense */ (1);
/*!40000 ALTER TABLE t004 ENABLE KEYS */;
/*!40101 SET character_set_client = @old_client */;
SELECT /*!99999 1, */ /*! 2 */;
SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1;

-- DOWN
/*!50003 DROP TRIGGER IF EXISTS a004 */;
DROP TABLE /*!32302 IF EXISTS */ t004;
