-- AfterApply: note
CREATE TABLE billing_a (note VARCHAR(20));
-- DOWN
DROP TABLE billing_a;
