CREATE TABLE markers (id INTEGER);

-- DOWN
-- Nothing: there is nothing to undo

DROP TABLE markers;
