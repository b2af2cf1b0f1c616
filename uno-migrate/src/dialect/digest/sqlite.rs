//! SQLite: the rows themselves, in one text. It has no hash, and there is no wire to keep short.

use super::{Asked, DigestText, NO_CHECKSUM, Wanted, listed};
use crate::applied::HistoryStatus;
use crate::dialect::quote::Sqlite;
use crate::dialect::{FORMAT, NulError, Quote};

impl DigestText for Sqlite {
    fn digest(&self, asked: Asked<'_>) -> Result<String, NulError> {
        let Asked { schema, table, namespaces } = asked;
        let schema = schema.unwrap_or("main");
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        Ok(format!(
            "SELECT {} AS home, count(*) || COALESCE(group_concat(CASE WHEN status <> '{applied}' OR format > {FORMAT} \
             THEN status ELSE char(10) || namespace || char(10) || id || char(10) || COALESCE(checksum, '{NO_CHECKSUM}') END, ''), \
             '') AS digest, 0 AS is_moved FROM (SELECT namespace, id, checksum, status, format FROM {}.{} WHERE namespace IN ({}) \
             AND (status <> '{reverted}' OR format > {FORMAT}) ORDER BY namespace, id)",
            self.literal(schema)?,
            self.quote_ident(schema),
            self.quote_ident(table),
            listed(self, namespaces)?
        ))
    }

    fn expected(&self, _asked: Asked<'_>, rows: &[Wanted<'_>]) -> String {
        let mut rows: Vec<&Wanted<'_>> = rows.iter().collect();
        rows.sort_unstable_by_key(|row| (row.namespace, row.id));
        let mut text = rows.len().to_string();
        for part in rows.iter().flat_map(|row| [row.namespace, row.id, row.checksum()]) {
            text.push('\n');
            text.push_str(part);
        }
        text
    }
}
