CREATE TABLE accounts (name VARCHAR(100) NOT NULL PRIMARY KEY, cents BIGINT NOT NULL);
INSERT INTO accounts (name, cents) VALUES ('cash', 5000), ('equity', -5000);

-- DOWN

DROP TABLE accounts;
