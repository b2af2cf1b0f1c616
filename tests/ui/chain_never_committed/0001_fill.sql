-- Transaction: none
BEGIN;
UPDATE users SET active = TRUE;
COMMIT AND CHAIN;
UPDATE posts SET visible = TRUE;

-- DOWN
-- Nothing: both were true before
