-- Allow: unused-allow
CREATE TABLE b (id INTEGER);
-- DOWN
DROP TABLE b;
