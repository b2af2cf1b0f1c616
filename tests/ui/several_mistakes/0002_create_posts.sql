-- Dependencies: 0009_gone
BEGIN;
CREATE TABLE posts (id INTEGER);

-- DOWN

DROP TABLE posts;
