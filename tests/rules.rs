//! What the rules of level error call certain, asked of a server: what they find fails, and what they let pass does not.
//! SQLite is asked beside the rules themselves.

mod support;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uno_migrate_core::{Checks, Dialect, Found, Options, Severity, load};

/// The rules that find an error in some migrations.
fn found(files: &[String]) -> Vec<&'static str> {
    let options = Options {
        dialects: vec![Dialect::Postgres],
        missing_down: true,
        checks: Some(Checks::default()),
        ..Options::default()
    };
    let named = files.iter().enumerate().map(|(number, text)| (format!("{number:04}_a.sql"), text.clone()));
    match load(Found::texts(named), Vec::new(), &options) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.rule.map_or("", |rule| rule.id))
            .collect(),
    }
}

/// What a server says to a section in a transaction, which is then taken back.
async fn tried(connection: &mut PgConnection, section: &str) -> Result<(), String> {
    connection.execute("BEGIN").await.unwrap();
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(section.to_owned()))).await;
    connection.execute("ROLLBACK").await.unwrap();
    match done {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) => Err(error.code().unwrap_or_default().into_owned()),
        Err(error) => panic!("{section}: {error}"),
    }
}

async fn do_first(connection: &mut PgConnection, statements: &str) {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))).await.unwrap();
}

/// "active SQL transaction"
const IN_TRANSACTION: &str = "25001";

const REFUSED: [&str; 37] = [
    "CREATE INDEX CONCURRENTLY j ON t (a)",
    "CREATE INDEX CONCURRENTLY ON t (a)",
    "create unique index concurrently if not exists i on t (a)",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON nothing (a)",
    "DROP INDEX CONCURRENTLY i",
    "DROP INDEX CONCURRENTLY IF EXISTS nothing",
    "REINDEX INDEX CONCURRENTLY i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (CONCURRENTLY) TABLE t",
    "REINDEX (VERBOSE, CONCURRENTLY true) INDEX i",
    "REINDEX (CONCURRENTLY on) TABLE t",
    "REINDEX SCHEMA public",
    "REINDEX (VERBOSE) SCHEMA CONCURRENTLY public",
    "REINDEX DATABASE CONCURRENTLY postgres",
    "REINDEX DATABASE postgres",
    "REINDEX SYSTEM postgres",
    "ALTER TABLE parts DETACH PARTITION part CONCURRENTLY",
    "ALTER TABLE IF EXISTS ONLY public.parts DETACH PARTITION public.part CONCURRENTLY",
    "VACUUM",
    "VACUUM t",
    "VACUUM FULL ANALYZE t",
    "VACUUM (ANALYZE, VERBOSE) t (a)",
    "CREATE DATABASE other",
    "CREATE DATABASE other TEMPLATE template0",
    "DROP DATABASE other",
    "DROP DATABASE IF EXISTS other WITH (FORCE)",
    "CREATE TABLESPACE other LOCATION '/nowhere'",
    "DROP TABLESPACE other",
    "DROP TABLESPACE IF EXISTS other",
    "ALTER SYSTEM SET work_mem = '8MB'",
    "ALTER SYSTEM RESET ALL",
    "ALTER DATABASE postgres SET TABLESPACE pg_default",
    "CREATE SUBSCRIPTION other CONNECTION 'dbname=nowhere' PUBLICATION p",
    "CREATE SUBSCRIPTION other CONNECTION 'dbname=nowhere' PUBLICATION p WITH (enabled = false)",
    "DISCARD ALL",
    "CLUSTER",
    "CLUSTER VERBOSE",
];

const ACCEPTED: [&str; 22] = [
    "CREATE INDEX j ON t (a)",
    "DROP INDEX i",
    "REINDEX INDEX i",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "REINDEX (CONCURRENTLY off, VERBOSE) INDEX i",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY seen",
    "ALTER TABLE parts DETACH PARTITION part",
    "ANALYZE t",
    "ALTER DATABASE postgres SET work_mem = '8MB'",
    "ALTER DATABASE postgres SET default_tablespace = 'pg_default'",
    "ALTER DATABASE postgres CONNECTION LIMIT 50",
    "CREATE SUBSCRIPTION other CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
    "CREATE SUBSCRIPTION other CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)",
    "DROP SUBSCRIPTION IF EXISTS other",
    "ALTER SUBSCRIPTION waits SET PUBLICATION q WITH (refresh = false)",
    "DROP SUBSCRIPTION waits",
    "DISCARD TEMP",
    "DISCARD PLANS",
    "CLUSTER t USING i",
    "TRUNCATE t",
    "CREATE TABLE \"vacuum\" (\"concurrently\" int); CREATE INDEX \"concurrently\" ON \"vacuum\" (\"concurrently\")",
];

#[tokio::test]
async fn what_cannot_run_in_a_transaction() {
    let database = support::postgres().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    do_first(
        &mut connection,
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a);
         CREATE TABLE parts (a int) PARTITION BY LIST (a);
         CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);
         CREATE MATERIALIZED VIEW seen AS SELECT a FROM t; CREATE UNIQUE INDEX ON seen (a);
         CREATE SUBSCRIPTION waits CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)",
    )
    .await;
    for statement in REFUSED {
        assert_eq!(tried(&mut connection, statement).await, Err(IN_TRANSACTION.to_owned()), "{statement}");
        assert_eq!(found(&[format!("{statement};\n")]), ["not-in-transaction"], "{statement}");
        assert!(found(&[format!("-- Transaction: none\n{statement};\n")]).is_empty(), "{statement}");
    }
    for statement in ACCEPTED {
        assert_eq!(tried(&mut connection, statement).await, Ok(()), "{statement}");
        assert!(found(&[format!("{statement};\n")]).is_empty(), "{statement}");
    }
    // Refused for another reason where it is disabled, and never done.
    let refresh = "ALTER SUBSCRIPTION waits REFRESH PUBLICATION";
    assert!(tried(&mut connection, refresh).await.is_err());
    do_first(&mut connection, "ALTER SUBSCRIPTION waits SET (slot_name = 'waits'); ALTER SUBSCRIPTION waits ENABLE")
        .await;
    assert_eq!(tried(&mut connection, refresh).await, Err(IN_TRANSACTION.to_owned()));
    assert_eq!(found(&[format!("{refresh};\n")]), ["not-in-transaction"]);
    do_first(&mut connection, "ALTER SUBSCRIPTION waits DISABLE; ALTER SUBSCRIPTION waits SET (slot_name = NONE)")
        .await;
    do_first(&mut connection, "DROP SUBSCRIPTION waits").await;
}

/// "unsafe use of new value"
const UNSAFE_USE: &str = "55P04";

const GROUND: &str = "CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE people (id int PRIMARY KEY, name text, mood mood, moods mood[]);
CREATE TABLE notes (id int PRIMARY KEY, mood text, body text);
CREATE TABLE later (id int PRIMARY KEY, mood text);
ALTER TABLE later ALTER COLUMN mood TYPE mood USING mood::mood;
ALTER TABLE later ADD COLUMN second mood;
CREATE TABLE former (id int PRIMARY KEY, mood mood);
ALTER TABLE former ALTER mood TYPE text;
";

/// What may stand behind `ALTER TYPE mood ADD VALUE 'shy'`, each with whether the rule is sure of it.
const USES: [(&str, bool); 58] = [
    ("INSERT INTO people (id, mood) VALUES (1, 'shy')", true),
    ("INSERT INTO people (mood, id) VALUES ('glad', 1), ('shy', 2)", true),
    ("INSERT INTO public.people (id, mood) VALUES (1, 'shy') ON CONFLICT DO NOTHING", true),
    ("INSERT INTO later (id, mood) VALUES (1, 'shy')", true),
    ("INSERT INTO later (id, second) VALUES (1, 'shy')", true),
    ("UPDATE people SET mood = 'shy'", true),
    ("UPDATE people SET name = 'a', mood = 'shy' WHERE id = 7", true),
    ("UPDATE ONLY people AS p SET mood = 'shy' WHERE false", true),
    ("UPDATE people SET name = '' WHERE mood = 'shy'", true),
    ("UPDATE people SET name = '' WHERE mood <> 'shy' AND id = 1", true),
    ("DELETE FROM people WHERE mood = 'shy'", true),
    ("ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'shy'", true),
    ("ALTER TABLE people ALTER mood SET DEFAULT 'shy', ALTER mood SET NOT NULL", true),
    ("ALTER TABLE people ADD COLUMN other mood DEFAULT 'shy'", true),
    ("ALTER TABLE people ADD other public.mood NOT NULL DEFAULT 'shy'", true),
    ("CREATE TABLE n (a int, b mood DEFAULT 'shy')", true),
    ("CREATE TABLE n (a int, b mood NOT NULL DEFAULT 'shy' CHECK (b <> 'sad'))", true),
    ("CREATE TABLE n (b mood DEFAULT 'shy'::mood)", true),
    ("CREATE TABLE n (b text CHECK (b::mood <> 'shy'::mood))", true),
    ("CREATE INDEX ON people (id) WHERE mood = 'shy'", true),
    ("CREATE UNIQUE INDEX i ON people (id) WHERE mood = 'shy'::mood", true),
    ("CREATE VIEW v AS SELECT id FROM people WHERE mood = 'shy'::mood", true),
    ("CREATE OR REPLACE VIEW v AS SELECT CAST('shy' AS mood) AS a", true),
    ("CREATE MATERIALIZED VIEW v AS SELECT 'shy'::public.mood AS a", true),
    ("CREATE TABLE n AS SELECT 'shy'::mood AS a WHERE false", true),
    ("SELECT CASE WHEN false THEN 'shy'::mood END", true),
    ("SELECT id FROM people WHERE mood = CAST('shy' AS mood)", true),
    ("WITH a AS (SELECT 'shy'::mood) SELECT 1", true),
    ("INSERT INTO people (id, mood) SELECT id, 'shy'::mood FROM notes", true),
    ("UPDATE people SET mood = n.mood::mood FROM notes n WHERE n.mood = 'shy'", false),
    ("INSERT INTO people VALUES (1, 'a', 'shy')", false),
    ("INSERT INTO people (id, mood) SELECT id, 'shy' FROM notes", false),
    ("SELECT id FROM people WHERE mood = 'shy'", false),
    ("UPDATE people SET mood = 'shy' WHERE id IN (SELECT id FROM notes)", false),
    ("INSERT INTO people (id, moods) VALUES (1, '{shy}')", false),
    ("ALTER TABLE people ADD CHECK (mood <> 'shy')", false),
    ("INSERT INTO people (id, name) VALUES (1, 'shy')", false),
    ("INSERT INTO notes (id, mood) VALUES (1, 'shy')", false),
    ("UPDATE notes SET mood = 'shy'", false),
    ("UPDATE people SET name = 'shy' WHERE mood = 'sad'", false),
    ("UPDATE former SET mood = 'shy'", false),
    ("DELETE FROM notes WHERE mood = 'shy'", false),
    ("ALTER TABLE notes ALTER mood SET DEFAULT 'shy'", false),
    ("ALTER TABLE people ALTER name SET DEFAULT 'shy'", false),
    ("ALTER TABLE people ADD other text DEFAULT 'shy'", false),
    ("CREATE TABLE n (mood text DEFAULT 'shy', other mood)", false),
    ("CREATE TABLE n (a mood, b text DEFAULT 'shy')", false),
    ("CREATE INDEX ON notes (id) WHERE mood = 'shy'", false),
    ("CREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql AS $$ BEGIN RETURN 'shy'; END $$", false),
    ("CREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql AS 'shy'", false),
    ("COMMENT ON TABLE people IS 'shy'", false),
    ("ALTER TYPE mood ADD VALUE 'timid' AFTER 'shy'", false),
    ("SELECT 'shy' AS mood", false),
    ("SELECT 'shy'::text", false),
    ("CREATE TABLE IF NOT EXISTS people (a mood DEFAULT 'shy')", false),
    ("CREATE INDEX IF NOT EXISTS people_pkey ON people (id) WHERE mood = 'glad'; SELECT 'shy'", false),
    ("ALTER TABLE IF EXISTS nothing ALTER mood SET DEFAULT 'shy'", false),
    ("SELECT 1 FROM (SELECT 'shy' AS mood) a", false),
];

#[tokio::test]
async fn an_enum_value_before_it_is_committed() {
    let database = support::postgres().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    do_first(&mut connection, GROUND).await;
    let mut missed = Vec::new();
    for (statement, is_sure) in USES {
        for (adds, after) in [
            ("ALTER TYPE mood ADD VALUE 'shy'", ""),
            ("ALTER TYPE public.mood ADD VALUE 'shy' BEFORE 'sad'", "SELECT 1;\n"),
            ("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'shy'", ""),
        ] {
            let section = format!("{adds};\n{after}{statement};\n");
            let done = tried(&mut connection, &section).await;
            let found = found(&[GROUND.to_owned(), section.clone()]);
            assert_eq!(found, if is_sure { vec!["enum-value-used"] } else { vec![] }, "{section}");
            if is_sure {
                assert_eq!(done, Err(UNSAFE_USE.to_owned()), "{section}");
            } else if done == Err(UNSAFE_USE.to_owned()) {
                missed.push(statement);
            } else if !statement.contains("f()") {
                assert_eq!(done, Ok(()), "{section}");
            }
        }
        // A type of the same transaction, and a value that is there already.
        let made = format!("{GROUND}ALTER TYPE mood ADD VALUE 'shy';\n{statement};\n");
        assert!(found(std::slice::from_ref(&made)).is_empty(), "{made}");
        let twice = format!("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'shy';\n{statement};\n");
        assert!(
            found(&[GROUND.to_owned(), "ALTER TYPE mood ADD VALUE 'shy';\n".to_owned(), twice.clone()]).is_empty(),
            "{twice}"
        );
    }
    missed.dedup();
    // What depends on more than the statements say is left to the server.
    assert_eq!(missed.len(), 6, "{missed:#?}");
}
