-- Migration: Create users table
-- Description: Creates the initial users table
-- Dependencies: 1616720000_initial_schema
-- Tags: schema, auth
CREATE TABLE users (id BIGINT PRIMARY KEY, username VARCHAR(255) NOT NULL UNIQUE);

-- the name is searched
CREATE INDEX users_username ON users (username); -- and sorted

-- DOWN
-- LockTimeout: 2s

DROP TABLE users
