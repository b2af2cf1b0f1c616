-- Dependencies: 0095_x
SELECT 1;
-- DOWN
SELECT 1;
