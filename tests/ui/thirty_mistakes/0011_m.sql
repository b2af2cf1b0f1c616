-- Dependencies: 0101_x
SELECT 1;
-- DOWN
SELECT 1;
