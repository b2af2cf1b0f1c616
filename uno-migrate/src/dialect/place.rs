//! Where a history is or would be, and what is there already.

use super::lease::lease_name;
use super::{NulError, Qualified, SqlText};

/// A history as it is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// None for the schema in which the session creates tables.
    pub(crate) schema: Option<&'a str>,
    pub(crate) table: &'a str,
}

/// What is asked, where nobody has to be told of another schema.
pub(super) fn place(
    text: &(impl SqlText + ?Sized),
    place: Place<'_>,
    schema: Option<&str>,
) -> Result<String, NulError> {
    let home = match place.schema {
        Some(schema) => format!("SELECT {}", text.literal(schema)?),
        None => text.current_schema().to_owned(),
    };
    let [history, lease] =
        [place.table, &lease_name(place.table)].map(|name| text.count_tables(Qualified { schema, name }));
    Ok(format!("SELECT ({home}) AS home, ({}) AS history, ({}) AS lease, NULL AS behind", history?, lease?))
}
