CREATE TABLE t035 (id INTEGER PRIMARY KEY, j TEXT CHECK (json_valid(j)), b BLOB);
INSERT INTO t035 (j, b) VALUES ('{"a;": "it''s", "b": [1, {"c": "}"}]}', jsonb('[1,2]'));
UPDATE t035 SET j = json_patch(json_set(j, '$.b[#]', json_array(1, ';')), '{"a": null}'), b = jsonb_insert(b, '$[0]', 5);
SELECT e.key, e.value, e.fullkey, t.atom FROM t035, json_each(j, '$.b') AS e, json_tree(t035.j) t WHERE e.type <> 'null' AND t.path LIKE '$%';
SELECT json_extract(j, '$.b[1].c', '$."a;"'), j -> 'b' ->> 0, json_array_length(j, '$.b'), json_type(j), json_quote('it''s'), json_remove(j, '$.b') FROM t035;

-- DOWN
DROP TABLE t035;
