//! SQLite: the rows themselves, in one text. It has no hash, and there is no wire to keep short.

use super::{DigestText, NO_CHECKSUM, Sum, Wanted, listed};
use crate::applied::HistoryStatus;
use crate::dialect::quote::Sqlite;
use crate::dialect::{FORMAT, NulError, Place, Quote};

impl DigestText for Sqlite {
    fn digest(&self, place: Place<'_>, namespaces: &[&str]) -> Result<String, NulError> {
        let Place { schema, table } = place;
        let schema = schema.unwrap_or("main");
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        Ok(format!(
            "SELECT {} AS home, 1 AS history, 1 AS lease, NULL AS behind, count(*) || COALESCE(group_concat(CASE WHEN status <> '{applied}' OR format > {FORMAT} \
             THEN status ELSE char(10) || namespace || char(10) || id || char(10) || COALESCE(checksum, '{NO_CHECKSUM}') END, ''), \
             '') AS digest, 0 AS is_moved FROM (SELECT namespace, id, checksum, status, format FROM {}.{} WHERE namespace IN ({}) \
             AND (status <> '{reverted}' OR format > {FORMAT}) ORDER BY namespace, id)",
            self.literal(schema)?,
            self.quote_ident(schema),
            self.quote_ident(table),
            listed(self, namespaces)?
        ))
    }

    fn sum<'s>(&self, _namespaces: &[&str]) -> Box<dyn Sum<'s> + 's> {
        Box::new(Rows(Vec::new()))
    }
}

/// The rows of a set, which come in any order.
struct Rows<'s>(Vec<Wanted<'s>>);

impl<'s> Sum<'s> for Rows<'s> {
    fn add(&mut self, row: Wanted<'s>) {
        self.0.push(row);
    }

    fn digest(mut self: Box<Self>) -> String {
        self.0.sort_unstable_by_key(|row| (row.namespace, row.id));
        let mut text = self.0.len().to_string();
        for row in self.0 {
            row.checksum(|checksum| {
                for part in [row.namespace, row.id, checksum] {
                    text.push('\n');
                    text.push_str(part);
                }
            });
        }
        text
    }
}
