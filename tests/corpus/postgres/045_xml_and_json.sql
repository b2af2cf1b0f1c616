CREATE TABLE t045 (j JSON, b JSONB, p JSONPATH, x XML);
INSERT INTO t045 VALUES ('{"a;": "it''s"}', '[1, {"b": "}"}]', '$.a[*] ? (@.b > 1 && @.c like_regex "^;")', '<a b=";">--</a>');
SELECT j ->> 'a;', b #>> '{1,b}', b @? '$[*] ? (@.b == "}")', b @@ '$[0] == 1', jsonb_path_query_array(b, p), xpath('/a/@b', x), b -> -1, b - 0, b || '{"c": null}' FROM t045;
SELECT XMLFOREST(1 AS a, 'b' AS "c;"), XMLPARSE(CONTENT 'a;'), XMLSERIALIZE(CONTENT x AS TEXT), x IS DOCUMENT FROM t045;
SELECT t.* FROM t045, XMLTABLE('/a' PASSING x COLUMNS n FOR ORDINALITY, b TEXT PATH '@b' DEFAULT 'x;') AS t;

-- DOWN
DROP TABLE t045;
