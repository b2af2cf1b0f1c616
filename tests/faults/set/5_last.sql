-- Dependencies: 4_none
INSERT INTO effects VALUES ('5_last a');

-- DOWN

DELETE FROM effects WHERE who LIKE '5_last%';
