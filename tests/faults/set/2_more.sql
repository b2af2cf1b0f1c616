-- Dependencies: 1_base
INSERT INTO effects VALUES ('2_more a');
CREATE TABLE more (id BIGINT);
INSERT INTO effects VALUES ('2_more b');

-- DOWN

DELETE FROM effects WHERE who LIKE '2_more%';
DROP TABLE more;
