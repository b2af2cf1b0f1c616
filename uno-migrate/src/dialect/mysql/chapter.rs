//! What the journal of a message says of several migrations at once: that they begin, and that they are done. Between the two it
//! says nothing, since the catalogue tells of each how far it is.

use std::mem;

use super::journal::{Journal, PLACE, found, found_and_placed, goes_on, timed, took};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::dialect::quote::MySql;
use crate::dialect::{HistoryTable, NulError, SqlText};

/// So many looks are one statement: each opens tables of the server's own, which it has open at once.
const LOOKS: usize = 8;

impl Journal<'_> {
    /// Migrations begin that have no rows yet, behind the row that was written before in the same message. Nothing may be there
    /// of what is looked for: each look is a query that finds 0 where that is so.
    pub(crate) fn begun_together(
        &self,
        rows: &[AppliedMigration],
        looks: &[String],
        is_first: bool,
        place: usize,
    ) -> Result<Vec<String>, NulError> {
        let mut written = rows.iter().map(|row| self.table.values(row, None)).collect::<Result<Vec<_>, _>>()?;
        for (number, values) in written.iter_mut().enumerate() {
            for (name, value) in values {
                match *name {
                    "seq" => *value = format!("{PLACE} + {number}"),
                    "metadata" => *value = self.seated(mem::take(value)),
                    _ => {}
                }
            }
        }
        let mut texts: Vec<String> = looks.chunks(LOOKS).map(|looks| goes_on(&is_nothing(looks), place)).collect();
        texts.extend(self.fenced(place));
        texts.extend(self.first_place(is_first));
        texts.extend([self.table.inserted_together(&written), found(rows.len(), place), "COMMIT".to_owned()]);
        Ok(texts)
    }

    /// The one with that number is done, which is not said yet.
    pub(crate) fn done_together(number: usize, place: usize) -> String {
        let (at, ended, now) = (Self::at(place), ended_at(number), MySql.now());
        format!("{at}, {ended} = {now}, {} = {} DIV 1000, {}", time_of(number), took(), timed())
    }

    /// All of them are.
    pub(crate) fn ended_together(&self, rows: &[AppliedMigration], place: usize) -> Result<Vec<String>, NulError> {
        let Some(any) = rows.first() else { return Ok(Vec::new()) };
        let mut values: Vec<(&str, Vec<String>)> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            for (column, (name, value)) in self.unsaid(row)?.into_iter().enumerate() {
                let value = match name {
                    "execution_ms" => time_of(number),
                    "applied_at" => ended_at(number),
                    _ => value,
                };
                match values.get_mut(column) {
                    Some((_, values)) => values.push(value),
                    None => values.push((name, vec![value])),
                }
            }
        }
        let values: Vec<_> = values.into_iter().map(|(name, values)| (name, each(&values))).collect();
        let named = rows.iter().map(|row| Ok(format!("({})", self.table.named(row)?)));
        let named = format!("({})", named.collect::<Result<Vec<_>, _>>()?.join(" OR "));
        let stood = HistoryTable::as_it_stood(&named, any, HistoryStatus::Running);
        Ok(vec![self.under(self.table.set(&values, &stood)), found_and_placed(rows.len(), place)])
    }
}

/// That nothing is there of what these look for.
fn is_nothing(looks: &[String]) -> String {
    let looks: Vec<String> = looks.iter().map(|look| format!("({look})")).collect();
    format!("{} = 0", looks.join(" + "))
}

/// What is set in each of the rows, one behind the other.
fn each(values: &[String]) -> String {
    match values {
        [first, others @ ..] if others.iter().all(|other| other == first) => first.clone(),
        values => format!("ELT(seq - {PLACE} + 1, {})", values.join(", ")),
    }
}

/// When it was done.
fn ended_at(number: usize) -> String {
    format!("@uno_migrate_ended_{number}")
}

/// How many milliseconds it took.
fn time_of(number: usize) -> String {
    format!("@uno_migrate_ms_{number}")
}
