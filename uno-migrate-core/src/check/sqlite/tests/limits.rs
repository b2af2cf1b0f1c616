//! Nothing hangs, grows or leaves memory.

use super::found;

const NONE: [&str; 0] = [];

#[test]
fn nothing_hangs() {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    for text in [
        format!("{endless} SELECT count(*) FROM n;"),
        format!("CREATE TABLE a (i);\n{endless} INSERT INTO a SELECT i FROM n;\nDROP TABLE a;"),
        format!("CREATE TABLE a AS {endless} SELECT i FROM n;\nDROP TABLE a;"),
        format!(
            "CREATE TABLE a (i);\n{endless} INSERT INTO a SELECT randomblob(1000) FROM n;\nINSERT INTO a VALUES (1);"
        ),
        format!(
            "CREATE TABLE before (i);\n{endless} DELETE FROM before WHERE i IN (SELECT i FROM n);\nDROP TABLE before;"
        ),
        format!("-- Transaction: none\nCREATE TABLE a (i);\n{endless} INSERT INTO a SELECT i FROM n;\nDROP TABLE a;"),
    ] {
        assert_eq!(found(&[&text]), NONE, "{text}");
    }
}

#[test]
fn all_together_do_not_hang_either() {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n";
    let text = format!("CREATE TABLE a (id);\n{}SELEC 1;\nDROP TABLE a;\nDROP TABLE a;\n", endless.repeat(200));
    assert_eq!(
        found(&[&text]),
        ["10_a.sql:202:1 SQLite: near \"SELEC\": syntax error", "10_a.sql:204:12 SQLite: no such table: a"]
    );
}

#[test]
fn what_is_taken_back_again_and_again_is_given_up() {
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO a SELECT i FROM n;\n";
    let text = format!("CREATE TABLE a (id);\n{}SELEC 1;\n", endless.repeat(30));
    let found = found(&[&text, "DROP TABLE a;\nDROP TABLE b;\n"]);
    assert_eq!(found, ["10_a.sql:32:1 SQLite: near \"SELEC\": syntax error", "20_a.sql:2:12 SQLite: no such table: b"]);
}

#[test]
fn what_is_long_but_ends_is_executed() {
    let calendar = "CREATE TABLE days (day TEXT PRIMARY KEY);\nWITH RECURSIVE d (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 20000)\n\
                    INSERT INTO days SELECT date('2000-01-01', n || ' days') FROM d;\nINSERT INTO days VALUES ('2000-01-01');";
    assert_eq!(found(&[calendar]), ["10_a.sql:4:1 SQLite: UNIQUE constraint failed: days.day"]);
}

#[test]
fn nothing_leaves_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("left").display().to_string();
    for text in [
        format!("ATTACH '{path}' AS other;\nCREATE TABLE other.a (id);\nDETACH other;"),
        format!("-- Transaction: none\nATTACH '{path}' AS other;\nCREATE TABLE other.a (id);\nDETACH other;"),
        format!("-- Transaction: none\nVACUUM INTO '{path}';"),
        format!("-- Transaction: none\nVACUUM main INTO '{path}';"),
        format!("PRAGMA temp_store_directory = '{path}';"),
        format!("SELECT load_extension('{path}');"),
        "SELECT fts3_tokenizer('simple', x'00');".to_owned(),
        "SELECT zeroblob(1000000000), hex(randomblob(1000000000));".to_owned(),
        "CREATE TABLE a (b);\nINSERT INTO a VALUES (zeroblob(2000000000));\nDROP TABLE a;".to_owned(),
        "PRAGMA writable_schema = ON;\nUPDATE sqlite_schema SET sql = 'nonsense';\nDELETE FROM sqlite_master;"
            .to_owned(),
        "PRAGMA hard_heap_limit = 1000;\nPRAGMA max_page_count = 1;\nCREATE TABLE a (id);\nCREATE TABLE b (id);"
            .to_owned(),
    ] {
        assert_eq!(found(&[&text]), NONE, "{text}");
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
