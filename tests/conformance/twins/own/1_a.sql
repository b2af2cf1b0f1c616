-- AfterApply: note
CREATE TABLE own_a (note VARCHAR(20));
-- DOWN
DROP TABLE own_a;
