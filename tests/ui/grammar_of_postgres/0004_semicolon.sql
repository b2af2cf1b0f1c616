CREATE TABLE a (id bigint)
CREATE TABLE b (id bigint);

-- DOWN

DROP TABLE b, a;
