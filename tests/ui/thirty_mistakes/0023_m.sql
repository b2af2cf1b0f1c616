-- Dependencies: 0113_x
SELECT 1;
-- DOWN
SELECT 1;
