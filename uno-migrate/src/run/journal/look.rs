//! Looking at the catalogue.

use uno_migrate_core::{Effect, QualifiedName};

use crate::dialect::{NulError, sql};
use crate::driver::{Connection, rows};
use crate::error::{Error, ErrorKind};
use crate::value::Row;

/// What the catalogue says about an effect, as a number of [`Settled`](crate::dialect::Settled). None where it cannot
/// be asked, or does not answer.
pub(super) async fn settled(connection: &mut dyn Connection, effect: &Effect) -> Result<Option<i64>, Error> {
    let text = sql(connection.dialect());
    let Some(row) = first(connection, text.current_schema().to_owned()).await? else { return Ok(None) };
    let Ok(Some(schema)) = row.get::<Option<String>>(0) else { return Ok(None) };
    let Some(question) = text.settle(effect, &schema) else { return Ok(None) };
    Ok(first(connection, question).await?.and_then(|row| row.get(0).ok()))
}

/// The name of the index that a statement builds, as it is written in SQL, where an earlier build has left it unusable.
pub(super) async fn invalid_index(connection: &mut dyn Connection, effect: &Effect) -> Result<Option<String>, Error> {
    let Some(question) = sql(connection.dialect()).invalid_index(effect) else { return Ok(None) };
    Ok(first(connection, question).await?.and_then(|row| row.get(0).ok()))
}

/// Whether a statement may have changed what a transaction does not take back.
pub(super) async fn is_untransacted(connection: &mut dyn Connection, statement: &str) -> Result<bool, Error> {
    let Some(question) = sql(connection.dialect()).untransacted(statement) else { return Ok(false) };
    let question = question.map_err(|error: NulError| Error::new(ErrorKind::History, FAILED).caused_by(error))?;
    let count: Option<i64> = first(connection, question).await?.and_then(|row| row.get(0).ok());
    Ok(count != Some(0))
}

/// Whether rows might stay that are added to a table in a transaction that is taken back. So it is where nobody can tell.
pub(super) async fn keeps_rows(connection: &mut dyn Connection, table: &QualifiedName) -> bool {
    let question = match sql(connection.dialect()).row_keepers(table) {
        Some(Ok(question)) => question,
        Some(Err(_)) => return true,
        None => return false,
    };
    let row = first(connection, question).await.ok().flatten();
    row.and_then(|row| row.get::<i64>(0).ok()) != Some(0)
}

const FAILED: &str = "the catalogue could not be asked how far the migration is";

/// The first row; none where the database refuses to answer.
async fn first(connection: &mut dyn Connection, question: String) -> Result<Option<Row>, Error> {
    match rows(connection, question).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) if error.as_database_error().is_some() => Ok(None),
        Err(error) => Err(Error::new(ErrorKind::Connection, FAILED).caused_by_database(error)),
    }
}
