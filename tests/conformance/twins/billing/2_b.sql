-- Dependencies: own:1_a, 1_a
CREATE TABLE billing_b (id INT);
-- DOWN
DROP TABLE billing_b;
