-- Dependencies: 3_code
-- Transaction: none
INSERT INTO effects VALUES ('4_none a');
CREATE INDEX more_id ON more (id);
INSERT INTO effects VALUES ('4_none b');

-- DOWN

DELETE FROM effects WHERE who LIKE '4_none%';
DROP INDEX more_id ON more;
