//! The history table of the migrated database.

use std::sync::OnceLock;

use tracing::debug;
use uno_migrate_core::Dialect;

use super::found::Found;
use super::row::{read, read_outside};
use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::dialect::{AS_READ, Extent, HistoryTable, LEFT_AT, Place, sql};
use crate::driver::{self, Connection, Fault, Obstacle, Tries};
use crate::error::{Error, ErrorKind};
use crate::lease;
use crate::value::{FromColumn, Row};

/// Reads and writes the history table, on whichever connection it is handed.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseTracker {
    table: HistoryTable,
    /// Somebody named its schema.
    is_placed: bool,
    /// It is there.
    is_there: OnceLock<()>,
    /// Where it was looked for, there was nothing, and of the table of the lease nobody knew.
    is_clear: bool,
    /// That table was there.
    has_lease: bool,
    /// It was not there, but this schema, which comes later in the search path, has one.
    behind: Option<String>,
    /// The lease under which it is written; none where there is none to hold.
    lease: Option<i64>,
}

impl DatabaseTracker {
    /// The table in a schema, or in the one in which the connection would create tables.
    pub(crate) async fn locate(
        connection: &mut dyn Connection,
        schema: Option<&str>,
        name: &str,
    ) -> Result<Self, Error> {
        let dialect = connection.dialect();
        let place = sql(dialect).place(Place { schema, table: name }).map_err(unwritable)?;
        let found = query(connection, place).await?.first().map(Found::read).transpose().map_err(damaged)?;
        Self::at(dialect, found.unwrap_or_default(), name, schema.is_some())
    }

    /// The table where it was found; `is_placed` if somebody named its schema.
    pub(crate) fn at(dialect: Dialect, found: Found, name: &str, is_placed: bool) -> Result<Self, Error> {
        let Found { home, history, lease, behind } = found;
        let schema = home.ok_or_else(|| {
            Error::new(ErrorKind::History, "the connection has no schema to keep the history in")
                .help("name one with `schema(\"…\")`, or in the connection's options")
        })?;
        let is_there = OnceLock::new();
        if history {
            let _ = is_there.set(());
        }
        let table = HistoryTable { dialect, schema, name: name.to_owned() };
        Ok(Self { table, is_placed, is_there, is_clear: !history && !lease, has_lease: lease, behind, lease: None })
    }

    /// The table, for the lease beside it.
    pub(crate) fn table(&self) -> &HistoryTable {
        &self.table
    }

    /// From now on everything is written under this lease, or not at all.
    pub(crate) fn hold(&mut self, epoch: i64) {
        self.lease = Some(epoch);
    }

    /// The number of the lease under which it is written; 0 where there is none.
    pub(crate) fn epoch(&self) -> i64 {
        self.lease.unwrap_or_default()
    }

    /// The table's full name, as it is written in SQL.
    pub(crate) fn name(&self) -> String {
        self.table.qualified()
    }

    /// Whether it is there, as far as is known: it was when it was looked for, or it was created since.
    pub(crate) fn is_there(&self) -> bool {
        self.is_there.get().is_some()
    }

    /// Whether there was nothing at all where it was looked for, as far as that is known: whoever makes both tables sees.
    pub(crate) fn is_clear(&self) -> bool {
        self.is_clear && !self.is_there()
    }

    /// From now on it is.
    pub(crate) fn is_created(&self) {
        let _ = self.is_there.set(());
    }

    async fn exists(&self, connection: &mut dyn Connection) -> Result<bool, Error> {
        let rows = query(connection, self.table.exists().map_err(unwritable)?).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| row.get(0)).map_err(damaged)?;
        Ok(count > 0)
    }

    /// Creates the table; that another instance does so at the same moment is no error. Whether it was this one.
    pub(crate) async fn create(&self, connection: &mut dyn Connection) -> Result<bool, Error> {
        let error = match execute(connection, self.table.create()).await {
            Err(error) if !self.exists(connection).await? => error,
            made => {
                self.is_created();
                return Ok(made.is_ok());
            }
        };
        let HistoryTable { dialect, schema, .. } = &self.table;
        let first = match self.is_placed {
            true => format!("if there is no schema `{schema}` yet, {} first; ", sql(*dialect).new_schema(schema)),
            false => String::new(),
        };
        let permission = match error.obstacle() {
            Some(Obstacle::Permission) => format!(" ({})", self.table.grant_to_create()),
            Some(obstacle) => return Err(error.help(obstacle.help())),
            None => String::new(),
        };
        Err(error.help(format!(
            "the history is kept in {}: {first}let this user create that table{permission}, or create it as one who may",
            self.name()
        )))
    }

    /// Refuses to begin anew where a table of that name stands in another schema of the search path: the schema in which
    /// tables are created moves when one that comes first is created, and a history does not move with it.
    fn refuse_another(&self) -> Result<(), Error> {
        let (HistoryTable { schema, name, .. }, Some(other)) = (&self.table, &self.behind) else { return Ok(()) };
        let message = format!(
            "the schema `{schema}` has no `{name}`, but `{other}`, which comes later in the search path, has one"
        );
        Err(Error::new(ErrorKind::History, message).help(format!(
            "if that is this application's history, say so with `.schema(\"{other}\")`; to begin a history of its own, as \
             for a tenant, say `.schema(\"{schema}\")`"
        )))
    }

    /// The rows of some namespaces in order of application; none where the table does not exist.
    pub(crate) async fn load(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<Vec<AppliedMigration>, Error> {
        if !self.is_there() {
            return self.refuse_another().map(|()| Vec::new());
        }
        let select = self.table.select(namespaces).map_err(unwritable)?;
        let rows = driver::rows(connection, select).await.map_err(|error| self.unread(error))?;
        self.read_rows(rows)
    }

    fn unread(&self, error: sqlx::Error) -> Error {
        let error = unread(error);
        if error.obstacle() == Some(Obstacle::Permission) {
            return error.help(format!("let this user read the history: {}", self.table.grant_to_read()));
        }
        let help = "if this table is not a history of uno-migrate's, give the history another name with `table(\"…\")`";
        error.help(format!("the history is read from {}; {help}", self.name()))
    }

    /// The same, and before that the number at which the lease was left; none while somebody holds it, and where it cannot be seen.
    pub(crate) async fn load_behind_lease(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<(Vec<AppliedMigration>, Option<i64>), Error> {
        match self.table.dialect {
            Dialect::Sqlite if self.is_there() => {
                let left_at = lease::left_at(connection, &self.table).await;
                return Ok((self.load(connection, namespaces).await?, left_at));
            }
            Dialect::Postgres | Dialect::MySql if self.is_there() && self.has_lease => {}
            _ => return Ok((self.load(connection, namespaces).await?, None)),
        }
        let select = self.table.select(namespaces).map_err(unwritable)?;
        let text = format!("{}; {select}", self.table.read_left_at());
        match driver::rows(connection, text).await {
            Ok(mut rows) => {
                let left_at: Option<Option<i64>> = ahead(&mut rows, LEFT_AT);
                Ok((self.read_rows(rows)?, left_at.flatten()))
            }
            Err(error)
                if driver::fault(&error) == Some(Fault::Obstacle(Obstacle::Permission))
                    || driver::is_no_such_table(&error) =>
            {
                debug!("the lease does not tell whether somebody holds it: {error}");
                Ok((self.load(connection, namespaces).await?, None))
            }
            Err(error) => Err(self.unread(error)),
        }
    }

    /// Asks for the rows again, but where nobody else can have written any since the lease was left at that number.
    pub(crate) fn select_again(
        &self,
        namespaces: &[&str],
        left_at: Option<i64>,
        rows: &[AppliedMigration],
    ) -> Result<String, Error> {
        match left_at.zip(Extent::of(rows)) {
            Some((left_at, extent)) => self.table.select_changed(namespaces, left_at + 1, &extent),
            None => self.table.select(namespaces),
        }
        .map_err(unwritable)
    }

    /// What is answered to that; None where the rows are as they were.
    pub(crate) fn read_again(&self, mut rows: Vec<Row>) -> Result<Option<Vec<AppliedMigration>>, Error> {
        let as_read: Option<i64> = ahead(&mut rows, AS_READ);
        let is_as_read = as_read == Some(1) && rows.is_empty();
        if is_as_read { Ok(None) } else { self.read_rows(rows).map(Some) }
    }

    /// In order of application.
    fn read_rows(&self, rows: Vec<Row>) -> Result<Vec<AppliedMigration>, Error> {
        let rows = self.table.rows(rows).map_err(damaged)?;
        let mut rows = rows.iter().map(|row| read(row).map_err(damaged)).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|one, other| (one.seq, &one.namespace, &one.id).cmp(&(other.seq, &other.namespace, &other.id)));
        Ok(rows)
    }

    /// What is applied, or half-way, in all other namespaces; nothing where the table does not exist.
    pub(crate) async fn load_outside(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<Vec<Dependent>, Error> {
        if !self.is_there() {
            return Ok(Vec::new());
        }
        let rows = query(connection, self.table.select_outside(namespaces).map_err(unwritable)?).await?;
        rows.iter().map(|row| read_outside(row).map_err(damaged)).collect()
    }

    /// Writes a row that stood as `before`, or was never there.
    pub(crate) async fn write(
        &self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        before: Option<HistoryStatus>,
    ) -> Result<(), Error> {
        let text = match before {
            Some(before) => self.table.update(row, before, self.lease),
            None => self.table.insert(row, self.lease),
        };
        let text = text.map_err(unwritable)?;
        // What ends a running row finds it only under the lease that it was begun under.
        let is_held = before == Some(HistoryStatus::Running) && row.status != HistoryStatus::Running;
        let fence = self.lease.filter(|_| !is_held).and_then(|epoch| self.table.write_fence(epoch));
        match fence {
            Some(fence) => self.fenced(connection, fence, text, row).await,
            None => {
                let touched = execute(connection, text).await.map_err(taken)?;
                self.one(touched, row)
            }
        }
    }

    /// Two writes in one transaction: that of the fence, and that of the row. On PostgreSQL several statements in one
    /// message are one transaction.
    async fn fenced(
        &self,
        connection: &mut dyn Connection,
        fence: String,
        write: String,
        row: &AppliedMigration,
    ) -> Result<(), Error> {
        if self.table.dialect != Dialect::MySql {
            let touched = execute(connection, format!("{fence}; {write}")).await.map_err(taken)?;
            return self.both(touched, row);
        }
        if connection.in_transaction() {
            return self.one_by_one(connection, &fence, &write, row).await;
        }
        let fence = format!("{}; {fence}", sql(self.table.dialect).begin());
        let mut tries = Tries::default();
        loop {
            let done = self.one_by_one(connection, &fence, &write, row).await;
            // A transaction that was not begun has nothing to end.
            let ended = execute(connection, if done.is_ok() { "COMMIT" } else { "ROLLBACK" }.to_owned()).await;
            match done.and(ended.map(drop)) {
                Err(error) if tries.again(error.is_undone()).await => {}
                done => return done,
            }
        }
    }

    /// Each in a message of its own, and so the `COMMIT`. A node of a Galera cluster may undo a transaction between two
    /// statements of one message, and then runs the rest outside of it, or tells of a `COMMIT` that was none.
    async fn one_by_one(
        &self,
        connection: &mut dyn Connection,
        fence: &str,
        write: &str,
        row: &AppliedMigration,
    ) -> Result<(), Error> {
        match execute(connection, fence.to_owned()).await? {
            0 => Err(lease::lost()),
            _ => self.one(execute(connection, write.to_owned()).await.map_err(taken)?, row),
        }
    }

    /// Tells how many statements of a running migration are done, and what is begun next.
    pub(crate) async fn advance(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        let touched = execute(connection, self.table.advance(row, self.lease).map_err(unwritable)?).await?;
        self.one(touched, row)
    }

    /// Takes a running migration over.
    pub(crate) async fn claim(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        let touched = execute(connection, self.table.claim(row, self.lease).map_err(unwritable)?).await?;
        self.one(touched, row)
    }

    pub(crate) async fn delete(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        let touched = execute(connection, self.table.delete(row, self.lease).map_err(unwritable)?).await?;
        self.one(touched, row)
    }

    /// An error where the row no longer stands as `before`, or is there by now.
    pub(crate) async fn expect(
        &self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        before: Option<HistoryStatus>,
    ) -> Result<(), Error> {
        let rows = query(connection, self.table.status(row).map_err(unwritable)?).await?;
        let status: Option<String> = rows.first().map(|row| row.get("status")).transpose().map_err(damaged)?;
        self.one(u64::from(status.as_deref() == before.map(HistoryStatus::name)), row)
    }

    /// The fence and the row; without the fence nothing is written.
    fn both(&self, touched: u64, row: &AppliedMigration) -> Result<(), Error> {
        match touched {
            0 => Err(lease::lost()),
            touched => self.one(touched - 1, row),
        }
    }

    fn one(&self, touched: u64, row: &AppliedMigration) -> Result<(), Error> {
        if touched == 1 {
            return Ok(());
        }
        let message = format!("the history row of `{}` in {} is not as it was read", row.id, self.name());
        Err(Error::new(ErrorKind::History, message)
            .superseded()
            .help("another instance has changed it: look at `Migrator::status`, and run again"))
    }
}

async fn query(connection: &mut dyn Connection, text: String) -> Result<Vec<Row>, Error> {
    driver::rows(connection, text).await.map_err(unread)
}

/// What a row in front of the others says in this column, which is taken away from them.
fn ahead<T: FromColumn>(rows: &mut Vec<Row>, column: &str) -> Option<T> {
    let told = rows.first()?.get(column).ok()?;
    rows.remove(0);
    Some(told)
}

fn unread(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::History, "the history could not be read").caused_by_database(error)
}

async fn execute(connection: &mut dyn Connection, text: String) -> Result<u64, Error> {
    let touched = driver::execute(connection, text).await;
    touched
        .map_err(|error| Error::new(ErrorKind::History, "the history could not be written").caused_by_database(error))
}

/// A row that is there already was written by somebody else.
fn taken(error: Error) -> Error {
    if error.is_duplicate() { error.superseded() } else { error }
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::History, "the history table holds something that is no history").caused_by(error)
}

fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::History, "the history could not be written").caused_by(error)
}
