//! SQLite: everything is run in a copy in memory.

use std::time::{Duration, Instant};

use rusqlite::{Connection, MAIN_DB};
use uno_migrate::Dialect;
use uno_migrate_core::statements;

use super::{Question, Verdict};
use crate::mutate::Sections;

/// No statement of a migration of the tests takes longer.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(crate) struct SqliteOracle {
    before: Vec<Sections>,
    /// The database at that point.
    image: Vec<u8>,
}

impl SqliteOracle {
    pub(crate) fn ask(&mut self, question: &Question) -> Verdict {
        if self.before != question.before || self.image.is_empty() {
            let connection = fresh();
            for sections in &question.before {
                run(&connection, &sections.up, sections).unwrap_or_else(|error| panic!("{error}: {}", sections.up));
            }
            self.image = connection.serialize(MAIN_DB).unwrap().to_vec();
            self.before.clone_from(&question.before);
        }
        let mut connection = fresh();
        connection.deserialize_read_exact(MAIN_DB, self.image.as_slice(), self.image.len(), false).unwrap();
        let Sections { up, down } = &question.sections;
        for text in [Some(up), down.as_ref()].into_iter().flatten() {
            if let Err(error) = run(&connection, text, &question.sections) {
                return judged(&error);
            }
        }
        Verdict::Accepts
    }

    /// Each statement is prepared; tables that are not there are no matter of grammar.
    pub(crate) fn grammar(&mut self, text: &str) -> Result<(), String> {
        let connection = fresh();
        for span in statements(Dialect::Sqlite, text).map_err(|problem| problem.to_string())? {
            match connection.prepare(span.of(text)) {
                Err(error) if judged(&error) == Verdict::Grammar => return Err(error.to_string()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn fresh() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    let begun = Instant::now();
    connection.progress_handler(10_000, Some(move || begun.elapsed() > LIMIT)).unwrap();
    connection
}

fn run(connection: &Connection, text: &str, how: &Sections) -> rusqlite::Result<()> {
    if how.is_outside() {
        return connection.execute_batch(text);
    }
    if how.is_unchecked() {
        connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    }
    connection.execute_batch("BEGIN")?;
    connection.execute_batch(text)?;
    connection.execute_batch("COMMIT; PRAGMA foreign_keys = ON")
}

fn judged(error: &rusqlite::Error) -> Verdict {
    let said = error.to_string();
    let is_grammar = ["syntax error", "incomplete input", "unrecognized token"].iter().any(|part| said.contains(part));
    if is_grammar { Verdict::Grammar } else { Verdict::Refuses }
}
