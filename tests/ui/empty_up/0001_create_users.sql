-- Migration: Create users

-- DOWN

DROP TABLE users;
