-- Migration: Create users
-- Tags: auth
# a comment, but no directive
CREATE TABLE `users` (`id` BIGINT PRIMARY KEY, `na;me` VARCHAR(255) COMMENT "the user's; name") ENGINE=InnoDB;
# DROP TABLE users;
-- DOWN
-- LockTimeout: 2s
DROP TABLE `users`;
