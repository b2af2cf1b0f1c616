SET LOCAL statement_timeout = '5min';
SET LOCAL search_path TO public, pg_temp;
SET LOCAL TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE;
SET CONSTRAINTS ALL DEFERRED;
SET LOCAL my.setting = 'it''s; mine';
SHOW my.setting;
SHOW TIME ZONE;
SELECT set_config('my.setting', 'x', true);
CREATE TABLE t029 (id INT DEFAULT current_setting('my.other', true)::INT);
LOCK TABLE ONLY t029 IN ACCESS EXCLUSIVE MODE NOWAIT;
SELECT pg_advisory_xact_lock(1, 2);

-- DOWN
DROP TABLE t029;
