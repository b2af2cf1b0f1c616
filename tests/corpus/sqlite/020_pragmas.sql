PRAGMA user_version = 20;
PRAGMA application_id(0x1234);
PRAGMA main.table_info("no; such");
PRAGMA foreign_key_check;
PRAGMA integrity_check(5);
PRAGMA defer_foreign_keys = on;
PRAGMA cache_size = -2000;
SELECT name FROM pragma_table_list() WHERE name <> ';';
CREATE TABLE t020 (id INT);

-- DOWN
PRAGMA user_version = 0;
DROP TABLE t020;
