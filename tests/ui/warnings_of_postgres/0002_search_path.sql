SET search_path TO billing;
CREATE TABLE invoices (id bigint);

-- DOWN
-- Nothing: a test
