CREATE TABLE invoices (id INTEGER);

-- DOWN

DROP TABLE invoices;
