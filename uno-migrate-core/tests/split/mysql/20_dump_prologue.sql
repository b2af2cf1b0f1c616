/*M!999999\- enable the sandbox mode */
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN
  SET NEW.a = 1;
  SET NEW.b = 2;
END;
/*!40101 SET @a = 1 */ CREATE PROCEDURE p() BEGIN SELECT 1; END;
SELECT 1;
