-- Dependencies: 0119_x
SELECT 1;
-- DOWN
SELECT 1;
