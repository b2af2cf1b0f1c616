-- Description: As mariadb-dump writes it, without what it sets for its session
--
-- Table structure for table `t036`
--

DROP TABLE IF EXISTS `t036`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `t036` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(255) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT '',
  `data` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`data`)),
  `made` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`),
  KEY `made` (`made`) USING BTREE
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

/*!40000 ALTER TABLE `t036` DISABLE KEYS */;
INSERT INTO `t036` VALUES
(1,'it\'s; \\','{\"a\": 1}','2020-01-01 00:00:01'),
(2,'b\nc',NULL,'2020-01-01 00:00:01');
/*!40000 ALTER TABLE `t036` ENABLE KEYS */;

-- DOWN
DROP TABLE `t036`;
