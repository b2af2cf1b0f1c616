//! `ForeignKeys: off`: SQLite rebuilds a table by dropping it, which would take the rows that refer to it along. The
//! setting can be changed between transactions only, and what it leaves behind is checked before it is committed.

use tracing::warn;
use uno_migrate_core::Section;

use crate::dialect::{ForeignKeys, sql};
use crate::driver::{Connection, rows, send};
use crate::error::{Error, ErrorKind};
use crate::value::Row;

/// How many violations an error lists.
const LISTED: usize = 10;

/// How the session stood before.
pub(in crate::run) struct Suspended {
    /// The migration asks for it, and this database does it by the session.
    text: Option<ForeignKeys>,
    /// Foreign keys were on, and are to be on again.
    enforced: bool,
    /// Violations that were there already: no doing of the migration's.
    known: Vec<String>,
}

pub(in crate::run) async fn suspend(
    connection: &mut dyn Connection,
    section: Option<&Section>,
) -> Result<Suspended, Error> {
    let wanted = section.is_some_and(|section| section.foreign_keys_off);
    let Some(text) = sql(connection.dialect()).foreign_keys().filter(|_| wanted) else {
        return Ok(Suspended { text: None, enforced: false, known: Vec::new() });
    };
    let known = violations(connection, &text).await?;
    let rows = query(connection, text.read).await?;
    let enforced: i64 = rows.first().map_or(Ok(0), |row| row.get(0)).map_err(|error| failed().caused_by(error))?;
    if enforced != 0 {
        send(connection, text.off.to_owned()).await.map_err(|error| failed().caused_by_database(error))?;
    }
    Ok(Suspended { text: Some(text), enforced: enforced != 0, known })
}

/// Refuses to commit rows that refer to nothing.
pub(in crate::run) async fn check(connection: &mut dyn Connection, keys: &Suspended) -> Result<(), Error> {
    let Some(text) = &keys.text else { return Ok(()) };
    let mut found = violations(connection, text).await?;
    found.retain(|violation| !keys.known.contains(violation));
    let count = found.len();
    if count == 0 {
        return Ok(());
    }
    let listed = found.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join("\n");
    let rest = if count > LISTED { format!("\nand {} more", count - LISTED) } else { String::new() };
    let what = if count == 1 { "1 row that refers".to_owned() } else { format!("{count} rows that refer") };
    Err(Error::new(ErrorKind::Migration, format!("the migration would leave {what} to nothing"))
        .caused_by(format!("{listed}{rest}"))
        .help("keep the keys of the rebuilt table, or mend those rows in the migration"))
}

/// Switches them on again; false if that failed. What was committed before stays committed.
pub(in crate::run) async fn resume(connection: &mut dyn Connection, keys: Suspended) -> bool {
    let Some(text) = keys.text.filter(|_| keys.enforced) else { return true };
    let resumed = send(connection, text.on.to_owned()).await;
    if let Err(error) = &resumed {
        warn!("the foreign keys could not be switched on again: {error}");
    }
    resumed.is_ok()
}

async fn violations(connection: &mut dyn Connection, text: &ForeignKeys) -> Result<Vec<String>, Error> {
    let rows = query(connection, text.check).await?;
    rows.iter().map(violation).collect::<Result<_, _>>().map_err(|error| failed().caused_by(error))
}

fn violation(row: &Row) -> crate::Result<String> {
    let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
    Ok(match row.get::<Option<i64>>("rowid")? {
        Some(rowid) => format!("row {rowid} of `{table}` refers to a row of `{parent}` that does not exist"),
        None => format!("a row of `{table}` refers to a row of `{parent}` that does not exist"),
    })
}

async fn query(connection: &mut dyn Connection, text: &str) -> Result<Vec<Row>, Error> {
    let rows = rows(connection, text).await;
    rows.map_err(|error| failed().caused_by_database(error))
}

fn failed() -> Error {
    Error::new(ErrorKind::Migration, "the foreign keys could not be switched off and checked")
}
