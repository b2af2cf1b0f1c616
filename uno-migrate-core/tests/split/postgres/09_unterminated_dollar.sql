SELECT 1;
-- DOWN
SELECT $fn$ body;
