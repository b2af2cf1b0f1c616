-- Allow: set-not-null it was filled
CREATE TABLE a (id bigint);

-- DOWN

DROP TABLE a;
