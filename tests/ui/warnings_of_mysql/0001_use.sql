USE billing;
SET GLOBAL max_connections = 500;

-- DOWN
-- Nothing: a test
