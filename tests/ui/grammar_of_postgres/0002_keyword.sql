CREATE TABEL posts (id bigint);

-- DOWN

DROP TABLE posts;
