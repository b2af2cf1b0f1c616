/*!50003 SET @saved_sql_mode = @@sql_mode */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `a` FOR EACH ROW BEGIN
  -- don't
  SET NEW.a = 1;
END */;;
CREATE PROCEDURE `p`()
BEGIN
  SELECT 1;
END ;;
DELIMITER ;
LOCK TABLES `a` WRITE;
INSERT INTO `a` VALUES (1,'x\\'),(2,'it\'s;');
UNLOCK TABLES;
-- DOWN
DROP TABLE `a`;
