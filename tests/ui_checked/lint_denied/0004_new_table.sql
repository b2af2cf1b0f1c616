CREATE TABLE plans (id bigint PRIMARY KEY, name text);
CREATE INDEX plans_name ON plans (name);
ALTER TABLE plans ALTER COLUMN name SET NOT NULL;

-- DOWN

DROP TABLE plans;
