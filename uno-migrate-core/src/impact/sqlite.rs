//! SQLite: who writes keeps out whoever else wants to write, whatever it is.

use super::{Impact, Lock, Work, rows_of};
use crate::cursor::Cursor;

pub(super) fn read(c: &mut Cursor<'_>) -> Option<Impact> {
    let impact = |table, work| Some(Impact::on(table, Lock::Writer, work));
    if c.word("CREATE") {
        c.word("UNIQUE");
        if c.word("INDEX") {
            c.if_not_exists();
            c.qualified()?;
            c.word("ON");
            return impact(c.qualified(), Work::Build);
        }
        return impact(None, Work::Catalogue);
    }
    if c.words(&["ALTER", "TABLE"]) {
        let table = c.qualified()?;
        // A name that is checked against the rest of the schema, or a column that may be checked against all rows.
        let work = match () {
            () if c.word("RENAME") => Work::Catalogue,
            () if c.word("ADD") => Work::Catalogue,
            () if c.word("DROP") => Work::Rewrite,
            () => Work::Unknown,
        };
        return impact(Some(table), work);
    }
    if c.words(&["DROP", "TABLE"]) {
        c.if_exists();
        // It gives every page back, and deletes the rows first where foreign keys are on.
        return impact(c.qualified(), Work::Scan);
    }
    if c.word("DROP") {
        return impact(None, Work::Catalogue);
    }
    if c.is_at(&["INSERT", "UPDATE", "DELETE", "REPLACE"]) {
        return impact(rows_of(c), Work::Rows);
    }
    if c.word("VACUUM") {
        return impact(None, Work::Rewrite);
    }
    c.is_at(&["PRAGMA"]).then(Impact::new_object)
}
