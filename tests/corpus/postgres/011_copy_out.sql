CREATE TABLE t011 (id INT, note TEXT);
INSERT INTO t011 VALUES (1, 'a'), (2, NULL);
COPY (SELECT * FROM t011 WHERE note = 'a;') TO '/dev/null' WITH (FORMAT csv, HEADER, DELIMITER ';', QUOTE '"');
COPY t011 (id, note) TO '/dev/null' (FORMAT binary);
COPY t011 FROM '/dev/null' CSV HEADER;
COPY t011 (note) FROM '/dev/null' WITH DELIMITER '|' NULL AS '\N';

-- DOWN
DROP TABLE t011;
