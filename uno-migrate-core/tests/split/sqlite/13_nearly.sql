-- down
SELECT 1; /* DOWN */
CREATE TRIGGER a AFTER INSERT ON t BEGIN
  SELECT 1; -- down
  -- DOWN!
  SELECT 2;
END;
--Down: nothing
