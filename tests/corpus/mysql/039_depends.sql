-- Dependencies: 038_json, 036_dumped
-- Tags: late
ALTER TABLE t038 ADD COLUMN late INT;

-- DOWN
ALTER TABLE t038 DROP COLUMN late;
