CREATE TABLE follows (id INTEGER);

-- DOWN

DROP TABLE follows;
