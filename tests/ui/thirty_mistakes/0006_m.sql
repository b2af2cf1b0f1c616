-- Tag: auth
SELECT 1;
-- DOWN
SELECT 1;
