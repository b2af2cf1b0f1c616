-- Dependencies: 038_dumped, 037_foreign_keys_between
-- Tags: late
ALTER TABLE t038 ADD COLUMN late INT;

-- DOWN
ALTER TABLE t038 DROP COLUMN late;
