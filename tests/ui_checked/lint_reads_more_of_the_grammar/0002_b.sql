SELECT 1 FROM a JOIN b;

-- DOWN
-- Nothing: a test
