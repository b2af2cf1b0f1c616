SET autocommit = 0;
UPDATE users SET active = TRUE;

-- DOWN
-- Nothing: it was true before
