-- Migration: Create invoices
-- Tags: billing
CREATE TABLE invoices (
    id BIGINT NOT NULL PRIMARY KEY,
    customer VARCHAR(255) NOT NULL
);

CREATE TABLE invoice_lines (
    invoice_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (invoice_id, position),
    FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);

-- DOWN

DROP TABLE invoice_lines;
DROP TABLE invoices;
