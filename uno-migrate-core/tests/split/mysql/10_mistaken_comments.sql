--no comment here
--DOWN
SELECT 1;
---- a line of minus signs
----
-- DOWN
SELECT 2;
