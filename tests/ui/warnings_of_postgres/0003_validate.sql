ALTER TABLE orders ADD CONSTRAINT paid CHECK (paid >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT paid;

-- DOWN
-- Nothing: a test
