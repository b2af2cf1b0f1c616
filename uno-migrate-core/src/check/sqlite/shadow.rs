//! A database in memory that statements are executed on.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::catalogue::Object;
use super::failure::{Failure, Stage};
use super::watch::{Allowance, Event, INTERVAL, Watch};

/// The longest text and the largest blob, in bytes: files that are executed are not longer.
const LONGEST_VALUE: i32 = 1_000_000;

/// How large the database may become: 256 MB, in pages of 4 kB.
const PAGES: u32 = 65_536;

pub(super) struct Shadow {
    connection: Connection,
    watch: Arc<Watch>,
    /// Another one, with nothing in it: what depends on what is not known here is only read there.
    blank: Connection,
}

/// A row of an answer to a question of our own.
pub(super) struct Answer<'a>(&'a Row<'a>);

impl Shadow {
    /// None where SQLite itself cannot be had: then nothing is said.
    pub(super) fn open() -> Option<Self> {
        let watch = Arc::new(Watch::default());
        let connection = limited(&watch)?;
        let blank = limited(&Arc::new(Watch::default()))?;
        Some(Self { connection, watch, blank })
    }

    /// Executes one statement. What it is about to do to the schema is told before.
    pub(super) fn execute(
        &self,
        sql: &str,
        allowance: Allowance,
        before: impl FnOnce(&[Event]),
    ) -> Result<Vec<Event>, Failure> {
        self.watch.take();
        self.watch.begin(allowance);
        let failed = |stage| move |error| Failure::read(&error, sql, stage);
        let mut statement = self.connection.prepare(sql).map_err(failed(Stage::Prepare))?;
        // What is made while it runs, a virtual table makes for itself.
        let events = self.watch.take();
        before(&events);
        let mut rows = statement.raw_query();
        while rows.next().map_err(failed(Stage::Run))?.is_some() {}
        Ok(events)
    }

    /// Whether SQLite can read a statement.
    pub(super) fn prepare(&self, sql: &str) -> Result<(), Failure> {
        self.watch.begin(Allowance::Schema);
        let prepared = self.connection.prepare(sql).map(drop);
        prepared.map_err(|error| Failure::read(&error, sql, Stage::Prepare))
    }

    /// The same as if there were a table of that name: without it, SQLite reads no further than to the name.
    pub(super) fn prepare_with(&self, table: &str, sql: &str) -> Result<(), Failure> {
        let table = quoted(table);
        if self.blank.execute_batch(&format!("CREATE TABLE {table} (x)")).is_err() {
            return Ok(());
        }
        let prepared = self.blank.prepare(sql).map(drop);
        let failure = prepared.map_err(|error| Failure::read(&error, sql, Stage::Prepare));
        // A name that cannot be taken back is in nobody's way.
        let _ = self.blank.execute_batch(&format!("DROP TABLE {table}"));
        failure
    }

    /// A statement of our own.
    pub(super) fn own(&self, sql: &str) -> Result<(), Failure> {
        self.ours(|connection| connection.execute_batch(sql)).map_err(|error| Failure::read(&error, sql, Stage::Run))
    }

    /// A question of our own. Where there is no answer, there are no rows.
    pub(super) fn ask(&self, sql: &str, mut each: impl FnMut(Answer<'_>)) {
        let asked: rusqlite::Result<()> = self.ours(|connection| {
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                each(Answer(row));
            }
            Ok(())
        });
        debug_assert!(asked.is_ok(), "{sql}: {asked:?}");
    }

    pub(super) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// The tables in whose definition, or in the definition of whose indexes, a name stands, and perhaps some more.
    pub(super) fn tables_that_mention(&self, name: &str) -> Vec<Object> {
        let name = name.replace('\'', "''");
        let mut tables = Vec::new();
        let sql = format!(
            "SELECT DISTINCT tbl_name FROM main.sqlite_master \
             WHERE type IN ('table', 'index') AND instr(lower(sql), '{name}') > 0"
        );
        self.ask(&sql, |row| tables.push(Object::relation(&row.text(0))));
        tables
    }

    /// The next migration has a session that is new.
    pub(super) fn renew(&self) {
        if self.watch.made_temporary.swap(false, Ordering::Relaxed) {
            let mut drops = String::new();
            self.ask("SELECT type, name FROM temp.sqlite_master WHERE type IN ('table', 'view')", |row| {
                drops.push_str(&format!("DROP {} IF EXISTS temp.{};", row.text(0), quoted(&row.text(1))));
            });
            self.ask("SELECT name FROM temp.sqlite_master WHERE type = 'trigger'", |row| {
                drops.insert_str(0, &format!("DROP TRIGGER IF EXISTS temp.{};", quoted(&row.text(0))));
            });
            // What is left is seen as what it is: in the way.
            let _ = self.own(&drops);
        }
        let _ = self.own(SETTINGS);
    }

    fn ours<T>(&self, act: impl FnOnce(&Connection) -> T) -> T {
        self.watch.is_ours.store(true, Ordering::Relaxed);
        let done = act(&self.connection);
        self.watch.is_ours.store(false, Ordering::Relaxed);
        done
    }
}

impl Answer<'_> {
    /// A column as text, empty where there is nothing.
    pub(super) fn text(&self, column: usize) -> String {
        match self.0.get_ref(column) {
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Ok(ValueRef::Integer(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}

/// What a statement may have changed of its session, as it is in a new one.
const SETTINGS: &str = "PRAGMA case_sensitive_like = OFF; PRAGMA defer_foreign_keys = OFF; PRAGMA foreign_keys = ON; \
     PRAGMA ignore_check_constraints = OFF; PRAGMA legacy_alter_table = OFF; PRAGMA query_only = OFF; \
     PRAGMA recursive_triggers = OFF; PRAGMA reverse_unordered_selects = OFF;";

fn limited(watch: &Arc<Watch>) -> Option<Connection> {
    let connection = Connection::open_in_memory().ok()?;
    let settings = format!("PRAGMA temp_store = MEMORY; PRAGMA max_page_count = {PAGES}; {SETTINGS}");
    connection.execute_batch(&settings).ok()?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).ok()?;
    // What these return differs between versions of rusqlite, and says nothing.
    let _ = connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    let _ = connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0);
    let authorizing = Arc::clone(watch);
    let _ =
        connection.authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| authorizing.authorize(context)));
    let counting = Arc::clone(watch);
    let interval = i32::try_from(INTERVAL).unwrap_or(i32::MAX);
    let _ = connection.progress_handler(interval, Some(move || counting.is_over()));
    Some(connection)
}

/// A name in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
