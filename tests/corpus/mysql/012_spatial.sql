CREATE TABLE t012 (id INT, at POINT NOT NULL, line LINESTRING, area POLYGON, any_of GEOMETRY, many MULTIPOINT, all_of GEOMETRYCOLLECTION, SPATIAL INDEX (at), SPATIAL KEY `a; b` (at));
INSERT INTO t012 (id, at, area) VALUES (1, POINT(1, -2), ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))', 4326)), (2, ST_PointFromText('POINT(1 1)'), NULL);
SELECT ST_AsText(at), ST_Distance(at, POINT(0, 0)), MBRContains(area, at), ST_X(at) + ST_Y(at) FROM t012;
ALTER TABLE t012 DROP INDEX `a; b`;

-- DOWN
DROP TABLE t012;
