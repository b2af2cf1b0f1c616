# DOWN
-- down
/* UP */
-- !Ups
# --- !Downs
CREATE PROCEDURE p()
BEGIN
  SELECT 1; -- down
  # up
END;
