//! Rows that are added by many statements take few messages, and are done as if each statement had come alone.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use uno_migrate::{ErrorKind, Migration, Migrator};

use crate::kit::{Ask, Log, by_itself, ids, migrator, sql, table, text, through};
use crate::support::{TestDatabase, each_database, mysql, postgres};

const ROWS: usize = 300;

/// A table, and statements that add a row each, three lines long, some of which return it; that at `but` is another one.
fn seeds(head: &str, but: Option<(usize, &str)>) -> Migration {
    let rows = (1..=ROWS).map(|row| match but {
        Some((at, other)) if at == row => format!("{other};\n"),
        _ => {
            let returning = if row % 10 == 0 { "RETURNING id" } else { "" };
            format!("INSERT INTO seeds (id, note)\n  VALUES ({row}, 'it''s; -- {row}') {returning} -- the last\n;\n")
        }
    });
    let up = format!("{head}CREATE TABLE seeds (id INT PRIMARY KEY, note VARCHAR(40));\n{}", rows.collect::<String>());
    sql("1_seeds", &up, "DROP TABLE seeds")
}

type Way = fn(Migrator) -> Migrator;

/// In a message with others, statement by statement in a transaction, and with the history's word on each.
fn ways() -> [(Way, &'static str); 3] {
    [(|all| all, ""), (by_itself, ""), (by_itself, "-- Transaction: none\n")]
}

/// So many statements are applied of a migration that is begun.
const DONE: &str = "SELECT statements_done FROM uno_migrations WHERE id = '1_seeds'";

/// Whether each row is there; its number is its key.
async fn are_all_added<DB: sqlx::Database>(db: &TestDatabase<DB>) -> bool
where
    TestDatabase<DB>: Ask,
{
    let all = db.number("SELECT COUNT(*) FROM seeds").await;
    all == ROWS as i64 && all == db.number("SELECT COUNT(*) FROM seeds WHERE id BETWEEN 1 AND 300").await
}

each_database! {
    async fn each_is_told_once_and_in_its_turn(db) {
        for (way, head) in ways() {
            let log = Log::default();
            let set = way(migrator([seeds(head, None), table("2_t")])).on_event(log.listener());
            assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["1_seeds", "2_t"]);
            assert_eq!(db.number("SELECT COUNT(*) FROM seeds WHERE note LIKE 'it''s; -- %'").await, ROWS as i64);
            let first = head.lines().count() + 1;
            let told: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("statement 1_seeds")).collect();
            let total = ROWS + 1;
            let expected = (1..=total).map(|position| {
                let line = if position == 1 { first } else { first + 1 + 3 * (position - 2) };
                format!("statement 1_seeds line {line} {position}/{total}")
            });
            assert_eq!(told, expected.collect::<Vec<_>>(), "{head}");
            way(migrator([seeds(head, None), table("2_t")])).all().revert(db.pool()).await.unwrap();
        }
    }

    async fn the_one_that_fails_is_told_and_nothing_is_added_twice(db) {
        for (way, head) in ways() {
            let bad = "INSERT INTO seeds (id, note)\n  VALUES (7, 'again')";
            let error = way(migrator([seeds(head, Some((150, bad)))])).run(db.pool()).await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `1_seeds` could not be applied"));
            let line = head.lines().count() as u32 + 2 + 3 * 149;
            assert_eq!(error.location().map(|location| location.line), Some(line), "{error}");
            let is_begun = db.is_mysql() || !head.is_empty();
            if is_begun {
                // What shares a transaction with it is not done either.
                let done = db.number(DONE).await;
                assert!((1..=150).contains(&done), "{done}");
                assert_eq!(db.number("SELECT COUNT(*) FROM seeds").await, done - 1);
                assert!(text(&error).contains(&format!("{done} of its {} statements", ROWS + 1)), "{error}");
            } else {
                assert!(!db.tables().await.contains(&"seeds".to_owned()));
            }
            way(migrator([seeds(head, None)])).run(db.pool()).await.unwrap();
            assert!(are_all_added(&db).await, "{head}");
            way(migrator([seeds(head, None)])).all().revert(db.pool()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn they_take_few_messages() {
    let db = postgres().await;
    let (proxy, pool) = through(&db).await;
    migrator([table("0_t")]).run(&pool).await.unwrap();
    let messages = || proxy.messages().iter().filter(|message| message.contains("INSERT INTO seeds")).count();
    let set = || migrator([table("0_t"), seeds("", None)]);
    set().run(&pool).await.unwrap();
    assert_eq!(messages(), 1);
    set().steps(1).revert(&pool).await.unwrap();
    by_itself(set()).run(&pool).await.unwrap();
    // 16, eight times as many, and the rest, as long as that is quick.
    assert!((4..9).contains(&messages()), "{}", messages());
    assert!(are_all_added(&db).await);
}

#[tokio::test]
async fn a_mistake_is_found_where_it_stands_although_nothing_is_done() {
    let db = postgres().await;
    for (bad, column, cause) in [
        ("INSERT INTO seeds (id, note) VALUES (150, 'ä' 'b')", 47, "syntax error"),
        ("INSERT INTO seeds (id, zz) VALUES (150, 'ä')", 24, "column \"zz\""),
        ("INSERT INTO seeds (id, note) VALUES (1 / 0, 'ä')", 1, "division by zero"),
        ("INSERT INTO seeds (id, note) VALUES (150, )", 43, "syntax error"),
    ] {
        let error = by_itself(migrator([seeds("", Some((150, bad)))])).run(db.pool()).await.unwrap_err();
        let location = error.location().unwrap();
        assert_eq!((location.line, location.column), (2 + 3 * 149, column), "{error}");
        assert!(text(&error).contains(cause), "{error}");
        assert!(!db.tables().await.contains(&"seeds".to_owned()));
    }
}

/// A trigger may refuse that: then each runs outside of a transaction, as if it had come alone.
#[tokio::test]
async fn what_is_refused_in_a_transaction_is_done_outside_of_it() {
    let db = postgres().await;
    db.exec(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF NEW.id > 100 AND now() <> statement_timestamp() THEN \
         RAISE 'not in a transaction' USING ERRCODE = '25001'; END IF; RETURN NEW; END $$; \
         CREATE TABLE seeds (id INT PRIMARY KEY); \
         CREATE TRIGGER refuses BEFORE INSERT ON seeds FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .await;
    let set = migrator([sql("1_seeds", &format!("-- Transaction: none\n{}", listed(&[])), "DELETE FROM seeds")]);
    set.run(db.pool()).await.unwrap();
    assert!(are_all_added(&db).await);
}

/// As many rows as before, with others in the place of some statements.
fn listed(others: &[(usize, &str)]) -> String {
    let rows = (1..=ROWS).map(|row| match others.iter().find(|(at, _)| *at == row) {
        Some((_, other)) => format!("{other}\n"),
        None => format!("INSERT INTO seeds (id) VALUES ({row});\n"),
    });
    rows.collect()
}

/// Those of a table of this kind.
fn numbers(engine: &str, others: &[(usize, &str)]) -> Migration {
    let up = format!("CREATE TABLE seeds (id INT PRIMARY KEY){engine};\n{}", listed(others));
    sql("1_seeds", &up, "DROP TABLE seeds")
}

const AGAIN: &str = "INSERT INTO seeds (id) VALUES (7);";

/// What an engine keeps that has no transactions is done when it is done.
#[tokio::test]
async fn rows_that_nothing_takes_back_are_counted_one_by_one() {
    let db = mysql().await;
    for (way, _) in ways() {
        for others in ["", "CREATE TABLE other (id INT) ENGINE = MyISAM"] {
            if !others.is_empty() {
                db.exec(others).await;
            }
            let engine = if others.is_empty() { " ENGINE = MyISAM" } else { "" };
            let set = |other| way(migrator([numbers(engine, &[(150, other)])]));
            let error = set(AGAIN).run(db.pool()).await.unwrap_err();
            assert_eq!(error.location().map(|location| location.line), Some(151), "{error}");
            assert_eq!(db.number("SELECT COUNT(*) FROM seeds").await, db.number(DONE).await - 1, "{error}");
            set("INSERT INTO seeds (id) VALUES (150);").run(db.pool()).await.unwrap();
            assert!(are_all_added(&db).await);
            set("").all().revert(db.pool()).await.unwrap();
        }
        db.exec("DROP TABLE other").await;
    }
}

/// A table may become one of those, or get a trigger that writes to one.
#[tokio::test]
async fn what_a_table_is_may_change_between_its_rows() {
    let (db, elsewhere) = (mysql().await, mysql().await);
    elsewhere.exec("CREATE TABLE log (id INT) ENGINE = MyISAM").await;
    let log = elsewhere.texts("SELECT CONCAT(DATABASE(), '.log')").await.remove(0);
    let trigger = format!("CREATE TRIGGER logs AFTER INSERT ON seeds FOR EACH ROW INSERT INTO {log} VALUES (NEW.id)");
    for (way, _) in ways() {
        for change in ["ALTER TABLE seeds ENGINE = MyISAM", &trigger] {
            let changed = format!("{change}; INSERT INTO seeds (id) VALUES (150);");
            let set = |other| way(migrator([numbers("", &[(150, &changed), (250, other)])]));
            set(AGAIN).run(db.pool()).await.unwrap_err();
            // Beside the rows, the table and the change are statements.
            assert_eq!(db.number("SELECT COUNT(*) FROM seeds").await, 249);
            assert_eq!(db.number(DONE).await, 251);
            set("INSERT INTO seeds (id) VALUES (250);").run(db.pool()).await.unwrap();
            assert!(are_all_added(&db).await);
            if change == trigger {
                assert_eq!(elsewhere.number("SELECT COUNT(*) FROM log").await, 151);
            }
            set("").all().revert(db.pool()).await.unwrap();
            elsewhere.exec("TRUNCATE log").await;
        }
    }
}

/// Nothing of them was committed, and nothing has to be asked.
#[tokio::test]
async fn a_session_that_ends_among_them_leaves_no_doubt() {
    let db = mysql().await;
    db.exec("CREATE TABLE gate (id INT PRIMARY KEY); INSERT INTO gate VALUES (1)").await;
    for (way, _) in ways() {
        let gated = "CREATE TABLE seeds (id INT PRIMARY KEY, gate INT REFERENCES gate (id))";
        let rows = (1..=ROWS).map(|row| {
            let gate = if row == 150 { "1" } else { "NULL" };
            format!("INSERT INTO seeds (id, gate) VALUES ({row}, {gate});\n")
        });
        let up = format!("{gated};\n{}", rows.collect::<String>());
        let set = way(migrator([sql("1_seeds", &up, "DROP TABLE seeds")]));
        let mut other = MySqlConnection::connect(db.url()).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT id FROM gate FOR UPDATE").execute(&mut other).await.unwrap();
        let (run, ()) = tokio::join!(set.run(db.pool()), async {
            let waiting = "SELECT CAST(COALESCE(MAX(id), 0) AS SIGNED) FROM information_schema.processlist \
                           WHERE db = DATABASE() AND state = 'Update' AND time_ms > 300";
            let began = Instant::now();
            let session = loop {
                match db.number(waiting).await {
                    0 => tokio::time::sleep(Duration::from_millis(20)).await,
                    session => break session,
                }
                assert!(began.elapsed() < Duration::from_secs(20), "none of them waits");
            };
            assert!(db.number("SELECT COUNT(*) FROM seeds").await < 149, "some share a transaction with it");
            sqlx::raw_sql(AssertSqlSafe(format!("KILL {session}; ROLLBACK"))).execute(&mut other).await.unwrap();
        });
        let error = run.unwrap_err();
        assert!(text(&error).contains("stays recorded as running"), "{error}");
        set.run(db.pool()).await.unwrap();
        assert!(are_all_added(&db).await);
        set.all().revert(db.pool()).await.unwrap();
    }
}

/// What a session says of the row that was added last is not asked behind rows that were added together.
#[tokio::test]
async fn a_statement_may_ask_for_the_row_before_it() {
    let db = mysql().await;
    let tables = "CREATE TABLE author (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9)); \
                  CREATE TABLE book (id INT PRIMARY KEY AUTO_INCREMENT, author INT)";
    let listed = "INSERT INTO book (author) VALUES (7);\n".repeat(9);
    let rows = format!(
        "INSERT INTO author (name) VALUES ('a');\nINSERT INTO book (author) VALUES (LAST_INSERT_ID());\n{listed}\
         INSERT INTO author (name) VALUES ('b');\nINSERT INTO book (author) VALUES (LAST_INSERT_ID());\n"
    );
    for other in ["SELECT 1", "CREATE TABLE other (id INT) ENGINE = MyISAM"] {
        db.exec(other).await;
        for (way, _) in ways() {
            let set = way(migrator([
                sql("1_tables", tables, "DROP TABLE book; DROP TABLE author"),
                sql("2_rows", &rows, "DELETE FROM book"),
            ]));
            set.run(db.pool()).await.unwrap();
            let authors = "SELECT CAST(author AS CHAR) FROM book WHERE author <> 7 ORDER BY id";
            assert_eq!(db.texts(authors).await, ["1", "2"]);
            assert_eq!(db.number("SELECT COUNT(*) FROM book").await, 11);
            set.all().revert(db.pool()).await.unwrap();
        }
    }
}

/// Where it has to be looked what a table is, and that stops a message, it goes on one by one.
#[tokio::test]
async fn rows_of_a_table_that_was_there_are_added_all_the_same() {
    let db = mysql().await;
    db.exec("CREATE TABLE seeds (id INT PRIMARY KEY)").await;
    let rows = listed(&[]);
    for other in ["SELECT 1", "CREATE TABLE other (id INT) ENGINE = MyISAM"] {
        db.exec(other).await;
        for (way, _) in ways() {
            let set = way(migrator([table("0_t"), sql("1_seeds", &rows, "DELETE FROM seeds"), table("2_u")]));
            assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["0_t", "1_seeds", "2_u"]);
            assert!(are_all_added(&db).await);
            set.all().revert(db.pool()).await.unwrap();
        }
    }
}
