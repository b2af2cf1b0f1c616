-- Dependencies: 0107_x
SELECT 1;
-- DOWN
SELECT 1;
