//! SQLite reads a statement whole before it looks up a name in it.

use rusqlite::Connection;
use uno_migrate_core::Dialect;

use crate::judge::{Verdict, corpus, verdicts};
use crate::mutants::requested;

const CORPUS: &str = include_str!("sqlite.sql");

/// What SQLite says of a text.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Reads,
    Refuses(String),
    /// It stopped at a name before it had read the text.
    Unknown(String),
}

/// A database without tables, and one that has every table that is asked for: some names are looked up while a statement
/// is being read.
struct Oracle {
    empty: Connection,
    full: Connection,
}

impl Oracle {
    fn new() -> Self {
        let open = || Connection::open_in_memory().unwrap();
        Self { empty: open(), full: open() }
    }

    fn says(&self, text: &str) -> Said {
        let said = prepare(&self.empty, text);
        let Said::Unknown(first) = &said else { return said };
        let Some(table) = first.strip_prefix("no such table: ") else { return said };
        let table = table.split(" in ").next().unwrap_or(table);
        let name = table.rsplit('.').next().unwrap_or(table).replace('"', "\"\"");
        let _ = self.full.execute(&format!("CREATE TABLE \"{name}\" (a, b, c)"), []);
        prepare(&self.full, text)
    }
}

fn prepare(connection: &Connection, text: &str) -> Said {
    const ABOUT_GRAMMAR: [&str; 3] = ["syntax error", "incomplete input", "unrecognized token"];
    let Err(error) = connection.prepare(text) else { return Said::Reads };
    let message = error.to_string();
    if ABOUT_GRAMMAR.iter().any(|words| message.contains(words)) {
        Said::Refuses(message)
    } else {
        Said::Unknown(message)
    }
}

#[test]
fn what_sqlite_reads_is_accepted() {
    let oracle = Oracle::new();
    let statements = corpus(Dialect::Sqlite, CORPUS);
    assert!(statements.len() >= 300, "{}", statements.len());
    let mut failures = Vec::new();
    for (statement, verdict) in statements.iter().zip(verdicts(Dialect::Sqlite, statements.iter().copied())) {
        if let Said::Refuses(refusal) = oracle.says(statement) {
            failures.push(format!("SQLite does not read\n  {statement}\n  {refusal}"));
        }
        if verdict != Verdict::Accepted {
            failures.push(format!("{verdict:?}\n{statement}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), statements.len(), failures.join("\n\n"));
}

/// Whatever is refused, SQLite refuses too.
#[test]
fn what_is_refused_sqlite_refuses() {
    let oracle = Oracle::new();
    let texts = requested(&corpus(Dialect::Sqlite, CORPUS));
    let (mut alarms, mut unknown, mut refused, mut caught) = (Vec::new(), Vec::new(), 0, 0);
    for (text, verdict) in texts.iter().zip(verdicts(Dialect::Sqlite, texts.iter().map(String::as_str))) {
        let said = oracle.says(text);
        refused += usize::from(matches!(said, Said::Refuses(_)));
        let Verdict::Refused(ours) = verdict else { continue };
        let line = format!("{text}\n  {}\n  {said:?}", ours.lines().next().unwrap_or_default());
        match said {
            Said::Refuses(_) => caught += 1,
            Said::Unknown(_) => unknown.push(line),
            Said::Reads => alarms.push(line),
        }
    }
    println!("{} texts: SQLite refuses {refused}, and so do we {caught}; {} are in doubt", texts.len(), unknown.len());
    assert!(alarms.is_empty(), "{}\n{}", alarms.len(), alarms.join("\n"));
    assert!(unknown.len() * 20 < caught, "{} of {caught}\n{}", unknown.len(), unknown.join("\n"));
}
