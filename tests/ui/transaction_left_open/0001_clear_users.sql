-- Transaction: none
-- ForeignKeys: off
VACUUM;
BEGIN;
DELETE FROM users;
-- DOWN
SELECT 1;
