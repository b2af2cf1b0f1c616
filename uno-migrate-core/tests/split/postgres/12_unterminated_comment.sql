SELECT 1; /* one /* two */
-- DOWN
