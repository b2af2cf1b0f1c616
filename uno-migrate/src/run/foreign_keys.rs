//! `ForeignKeys: off`: SQLite rebuilds a table by dropping it, which would take the rows that refer to it along. The
//! setting can be changed between transactions only, and what it leaves behind is checked before it is committed.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use uno_migrate_core::{Dialect, Section};

use super::transaction::send;
use crate::dialect::sql;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::value::Row;

/// How many violations an error lists.
const LISTED: usize = 10;

/// Whether foreign keys were on, and are to be on again.
#[derive(Clone, Copy)]
pub(super) struct Suspended(bool);

pub(super) async fn suspend(connection: &mut dyn Connection, section: Option<&Section>) -> Result<Suspended, Error> {
    if !applies(connection, section) {
        return Ok(Suspended(false));
    }
    let Some(text) = sql(connection.dialect()).foreign_keys() else { return Ok(Suspended(false)) };
    if connection.in_transaction() {
        return Err(Error::usage("`ForeignKeys: off` cannot take effect inside the caller's transaction")
            .help("run this migration on a connection without an open transaction"));
    }
    let rows = query(connection, text.read).await?;
    let enforced: i64 = rows.first().map_or(Ok(0), |row| row.get(0)).map_err(|error| failed().caused_by(error))?;
    if enforced != 0 {
        send(connection, text.off.to_owned()).await.map_err(|error| failed().caused_by_database(error))?;
    }
    Ok(Suspended(enforced != 0))
}

/// Refuses to commit rows that refer to nothing.
pub(super) async fn check(connection: &mut dyn Connection, section: Option<&Section>) -> Result<(), Error> {
    let Some(text) = sql(connection.dialect()).foreign_keys().filter(|_| applies(connection, section)) else {
        return Ok(());
    };
    let rows = query(connection, text.check).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let listed: Vec<String> =
        rows.iter().take(LISTED).map(violation).collect::<Result<_, _>>().map_err(|error| failed().caused_by(error))?;
    let more = rows.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!("\nand {more} more") } else { String::new() };
    let count = rows.len();
    Err(Error::new(ErrorKind::Migration, format!("the migration would leave {count} rows that refer to nothing"))
        .caused_by(format!("{}{rest}", listed.join("\n")))
        .help("nothing was changed: keep the keys of the rebuilt table, or mend those rows in the migration"))
}

pub(super) async fn resume(connection: &mut dyn Connection, Suspended(enforced): Suspended) -> Result<(), Error> {
    let Some(text) = sql(connection.dialect()).foreign_keys().filter(|_| enforced) else { return Ok(()) };
    send(connection, text.on.to_owned()).await.map_err(|error| failed().caused_by_database(error))
}

fn applies(connection: &dyn Connection, section: Option<&Section>) -> bool {
    connection.dialect() == Dialect::Sqlite && section.is_some_and(|section| section.foreign_keys_off)
}

fn violation(row: &Row) -> crate::Result<String> {
    let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
    Ok(match row.get::<Option<i64>>("rowid")? {
        Some(rowid) => format!("row {rowid} of `{table}` refers to a row of `{parent}` that does not exist"),
        None => format!("a row of `{table}` refers to a row of `{parent}` that does not exist"),
    })
}

async fn query(connection: &mut dyn Connection, text: &str) -> Result<Vec<Row>, Error> {
    let rows = connection.fetch(AssertSqlSafe(text.to_owned()).into_sql_str()).try_collect().await;
    rows.map_err(|error| failed().caused_by_database(error))
}

fn failed() -> Error {
    Error::new(ErrorKind::Migration, "the foreign keys could not be switched off and checked")
}
