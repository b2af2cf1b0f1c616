SELECT 1; /* open
-- DOWN
