-- Dependencies: 022_enum_in_two_steps
-- Description: Adds a value, and uses another one
ALTER TYPE e022 ADD VALUE 'd';
ALTER TABLE t022 ALTER COLUMN e SET DEFAULT 'a';
UPDATE t022 SET e = 'b' WHERE e <> 'a';

-- DOWN
-- Nothing: no value can be taken from an enum
