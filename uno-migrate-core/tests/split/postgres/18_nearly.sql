--DOWN
-- down
--- DOWN ---
-- Down:
-- down: takes it all back
/* DOWN */
/*
 * Down migration.
 */
-- ══════ UP ══════
--  DOWN
-- === Down Migration ===
-- Up-Migration: first part
SELECT 1; -- DOWN
SELECT 2 -- down
;
CREATE TYPE way AS ENUM (
  'up', -- up
  'down' -- down
  -- DOWN!
);
