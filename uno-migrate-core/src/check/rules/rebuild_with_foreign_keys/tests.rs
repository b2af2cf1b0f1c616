//! SQLite itself says what a rebuild does to the rows that refer to the table.

use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::Connection;

use super::RULE;
use crate::check::Checks;
use crate::{Dialect, Found, Options, Severity, load};

/// Whether the rule finds something in the last of some files.
fn is_found(files: &[String]) -> bool {
    let options = Options {
        dialects: vec![Dialect::Sqlite],
        missing_down: true,
        checks: Some(Checks::default()),
        ..Options::default()
    };
    let named = files.iter().enumerate().map(|(number, text)| (format!("{number:04}_a.sql"), text.clone()));
    match load(Found::texts(named), Vec::new(), &options) {
        Ok(_) => false,
        Err(problems) => {
            let mut errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
            assert!(errors.all(|problem| problem.rule == Some(&RULE)), "{problems}");
            true
        }
    }
}

/// What a table refers to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum To {
    Nothing,
    Itself,
    /// Modulo the tables in front of it.
    Earlier(usize),
}

#[derive(Debug, Clone, Copy)]
struct Table {
    to: To,
    clause: &'static str,
    /// The reference is added by `ALTER TABLE`.
    is_added: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    NewTable,
    OldTable,
    Backup,
    TemporaryBackup,
    JustDropped,
}

const CLAUSES: [&str; 8] = [
    "",
    "ON DELETE CASCADE",
    "ON DELETE SET NULL",
    "ON UPDATE CASCADE ON DELETE RESTRICT",
    "ON DELETE NO ACTION",
    "DEFERRABLE INITIALLY DEFERRED",
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
    "ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED",
];

fn table() -> impl Strategy<Value = Table> {
    let to = prop_oneof![1 => Just(To::Nothing), 1 => Just(To::Itself), 3 => (0..3_usize).prop_map(To::Earlier)];
    (to, select(&CLAUSES[..]), any::<bool>()).prop_map(|(to, clause, is_added)| {
        // Whether a table that restricts itself can be emptied depends on the order of its rows.
        let clause = if to == To::Itself && clause.contains("RESTRICT") { "" } else { clause };
        Table { to, clause, is_added }
    })
}

fn name(number: usize) -> String {
    format!("t{number}")
}

/// The column that refers, in a table of that name.
fn column(tables: &[Table], number: usize, itself: &str) -> String {
    let table = tables[number];
    let to = match table.to {
        To::Itself => itself.to_owned(),
        To::Earlier(other) if number > 0 => name(other % number),
        _ => return "p INTEGER".to_owned(),
    };
    format!("p INTEGER REFERENCES \"{to}\" (id) {}", table.clause)
}

fn made(tables: &[Table], number: usize, called: &str, itself: &str) -> String {
    format!("CREATE TABLE {called} (id INTEGER PRIMARY KEY, {})", column(tables, number, itself))
}

/// What makes a table, as one statement or two.
fn setup(tables: &[Table], number: usize) -> String {
    let name = name(number);
    match tables[number].is_added {
        true => {
            let column = column(tables, number, &name);
            format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY);\nALTER TABLE {name} ADD COLUMN {column};\n")
        }
        false => format!("{};\n", made(tables, number, &name, &name)),
    }
}

fn rebuilt(tables: &[Table], number: usize, way: Way, names_itself: bool) -> Vec<String> {
    let name = name(number);
    let make = |called: &str| made(tables, number, called, if names_itself { called } else { &name });
    match way {
        Way::NewTable => vec![
            make("new"),
            format!("INSERT INTO new SELECT id, p FROM {name}"),
            format!("DROP TABLE {name}"),
            format!("ALTER TABLE new RENAME TO {name}"),
        ],
        Way::OldTable => vec![
            format!("ALTER TABLE {name} RENAME TO old"),
            make(&name),
            format!("INSERT INTO {name} SELECT id, p FROM old"),
            "DROP TABLE old".to_owned(),
        ],
        Way::Backup | Way::TemporaryBackup => vec![
            format!(
                "CREATE {}TABLE backup AS SELECT id, p FROM {name}",
                if way == Way::Backup { "" } else { "TEMPORARY " }
            ),
            format!("DROP TABLE {name}"),
            make(&name),
            format!("INSERT INTO {name} SELECT id, p FROM backup"),
            "DROP TABLE backup".to_owned(),
        ],
        Way::JustDropped => vec![format!("DROP TABLE {name}")],
    }
}

type Row = (i64, Option<i64>);

/// The rows of all tables; none for what is not there.
fn rows(connection: &Connection, tables: usize) -> Vec<Option<Vec<Row>>> {
    let read = |number: usize| {
        let mut query = connection.prepare(&format!("SELECT id, p FROM {} ORDER BY id", name(number))).ok()?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        Some(rows.map(Result::unwrap).collect())
    };
    (0..tables).map(read).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_loses_rows_or_fails_and_nothing_else_does(
        tables in prop::collection::vec(table(), 1..4),
        which in 0..3_usize,
        way in select(&[Way::NewTable, Way::OldTable, Way::Backup, Way::TemporaryBackup, Way::JustDropped][..]),
        names_itself in any::<bool>(),
        before in select(&["", "PRAGMA defer_foreign_keys = ON;\n", "CREATE TABLE other (id INTEGER REFERENCES t0 ON DELETE CASCADE);\n"][..]),
    ) {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        let mut files: Vec<String> = (0..tables.len()).map(|number| setup(&tables, number)).collect();
        files.iter().for_each(|text| connection.execute_batch(text).unwrap());
        for (number, table) in tables.iter().enumerate() {
            let rows = match table.to {
                To::Earlier(_) if number > 0 => "(1, 1), (2, 2)",
                To::Itself => "(1, NULL), (2, 1)",
                _ => "(1, NULL), (2, NULL)",
            };
            connection.execute_batch(&format!("INSERT INTO {} VALUES {rows}", name(number))).unwrap();
        }
        let which = which % tables.len();
        let section = format!("{before}{};\n", rebuilt(&tables, which, way, names_itself).join(";\n"));
        files.push(section.clone());

        let before = rows(&connection, tables.len());
        let done = connection.execute_batch(&format!("BEGIN;\n{section}COMMIT;\n"));
        if way == Way::JustDropped {
            // What is dropped for good may take along what it likes.
            prop_assert!(!is_found(&files), "{files:#?}");
            return Ok(());
        }
        let is_lost = done.is_err() || rows(&connection, tables.len()) != before;
        prop_assert_eq!(is_found(&files), is_lost, "{:#?}\n{:?}", files, done);
    }
}

const GROUND: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER, FOREIGN KEY (user_id) REFERENCES Users (id));
";
const REBUILD: &str = "CREATE TABLE new (id INTEGER PRIMARY KEY); INSERT INTO new SELECT id FROM users;
DROP TABLE users; ALTER TABLE new RENAME TO users;
";

fn is_found_behind_ground(section: &str) -> bool {
    is_found(&[GROUND.to_owned(), section.to_owned()])
}

#[test]
fn foreign_keys_may_be_off() {
    assert!(is_found_behind_ground(REBUILD));
    assert!(!is_found_behind_ground(&format!("-- ForeignKeys: off\n{REBUILD}")));
    let outside = |text: &str| is_found_behind_ground(&format!("-- Transaction: none\n{text}"));
    assert!(outside(REBUILD));
    assert!(!outside(&format!("PRAGMA foreign_keys = OFF;\n{REBUILD}PRAGMA foreign_keys = ON;\n")));
    assert!(outside(&format!("PRAGMA foreign_keys = OFF; PRAGMA foreign_keys = ON;\n{REBUILD}")));
    assert!(!outside(&format!("PRAGMA foreign_keys = OFF;\nBEGIN;\n{REBUILD}COMMIT;\n")));
    assert!(outside(&format!("BEGIN;\nPRAGMA foreign_keys = OFF;\n{REBUILD}COMMIT;\n")));
}

#[test]
fn a_way_down_is_asked_about_what_is_there_then() {
    let down = |text: &str| is_found_behind_ground(&format!("CREATE TABLE other (a);\n-- DOWN\n{text}"));
    assert!(down(REBUILD));
    assert!(!down("DROP TABLE other;\n"));
    // What comes later is gone by then.
    let early = format!("CREATE TABLE users (id INTEGER PRIMARY KEY);\n-- DOWN\n{REBUILD}");
    assert!(!is_found(&[early, "CREATE TABLE posts (user_id INTEGER REFERENCES users);\n".to_owned()]));
}

#[test]
fn what_refers_may_be_empty_or_put_back() {
    for text in [
        format!("DELETE FROM posts;\n{REBUILD}"),
        format!("DROP TABLE posts;\n{REBUILD}"),
        format!("{REBUILD}DROP TABLE posts;\n"),
        format!("CREATE TEMP TABLE kept AS SELECT * FROM posts;\n{REBUILD}INSERT INTO posts SELECT * FROM kept;\n"),
    ] {
        assert!(!is_found_behind_ground(&text), "{text}");
    }
    assert!(is_found_behind_ground(&format!("DELETE FROM posts WHERE id > 7;\n{REBUILD}")));
    // Nobody has filled what is made here.
    assert!(!is_found(&[format!("{GROUND}{REBUILD}")]));
    assert!(is_found(&[format!("{GROUND}INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);\n{REBUILD}")]));
}
