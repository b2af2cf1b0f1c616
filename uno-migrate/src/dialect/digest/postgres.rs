//! PostgreSQL: the sum of a 64-bit hash of each row.

use super::{Asked, DigestText, NO_CHECKSUM, Wanted, listed, lookup3};
use crate::applied::HistoryStatus;
use crate::dialect::quote::Postgres;
use crate::dialect::{FORMAT, NulError, Quote};

/// The columns that are asked for: where one is missing, it is no history of ours.
const COLUMNS: [&str; 5] = ["namespace", "id", "checksum", "status", "format"];

impl DigestText for Postgres {
    /// What is asked of the table is a text that is run only if it is there, may be read, and has the columns: nothing else
    /// in SQL asks a table that may not be there, and an error would abort the transaction of whoever lends the connection.
    /// So the table is found and read in one question, by the schema that the session has at that moment.
    fn digest(&self, asked: Asked<'_>) -> Result<String, NulError> {
        let Asked { schema, table, namespaces } = asked;
        let (schema, path) = match schema {
            Some(schema) => (self.literal(schema)?, "true"),
            None => (
                "pg_catalog.current_schema()::text".to_owned(),
                "(SELECT setting IS NOT DISTINCT FROM reset_val FROM pg_catalog.pg_settings WHERE name = 'search_path')",
            ),
        };
        let table = self.literal(&format!(".{}", self.quote_ident(table)))?;
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        let hash = |column: &str, seed: &str| format!("pg_catalog.hashtextextended({column}, {seed})");
        let checksum = hash(&format!("COALESCE(checksum, '{NO_CHECKSUM}')"), "0");
        let number = hash("id", &checksum);
        let number = if is_one(namespaces) { number } else { hash("namespace", &number) };
        let sum = self.literal(&format!(
            "SELECT pg_catalog.concat_ws(' ', count(*), count(*) FILTER (WHERE status <> '{applied}' OR format > {FORMAT}), \
             sum({number})) AS digest FROM "
        ))?;
        let rows = self.literal(&format!(
            " WHERE namespace IN ({}) AND (status <> '{reverted}' OR format > {FORMAT})",
            listed(self, namespaces)?
        ))?;
        let columns = COLUMNS.map(|column| format!("'{column}'")).join(", ");
        Ok(format!(
            "SELECT home, CASE WHEN pg_catalog.has_table_privilege(history, 'SELECT') \
             AND (SELECT count(*) FROM pg_catalog.pg_class WHERE oid = history AND relkind IN ('r', 'p', 'f')) = 1 \
             AND (SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = history AND attname IN ({columns})) = {count} \
             THEN pg_catalog.substring(pg_catalog.query_to_xml({sum} || name || {rows}, false, true, '')::text, \
             '<digest>([^<]*)<') END AS digest, \
             CASE WHEN {path} AND session_user = current_user AND session_user = \
             (SELECT pg_catalog.pg_get_userbyid(usesysid) FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())) \
             AND pg_catalog.now() = pg_catalog.statement_timestamp() THEN 0 ELSE 1 END::bigint AS is_moved \
             FROM (SELECT home, name, pg_catalog.to_regclass(name)::oid AS history \
             FROM (SELECT home, pg_catalog.quote_ident(home) || {table} AS name FROM (SELECT {schema} AS home) AS h) AS n) AS t",
            count = COLUMNS.len()
        ))
    }

    fn expected(&self, asked: Asked<'_>, rows: &[Wanted<'_>]) -> String {
        let number = |row: &Wanted<'_>| {
            let checksum = lookup3::hash(row.checksum().as_bytes(), 0);
            let number = lookup3::hash(row.id.as_bytes(), checksum);
            let number = match is_one(asked.namespaces) {
                true => number,
                false => lookup3::hash(row.namespace.as_bytes(), number),
            };
            i128::from(number.cast_signed())
        };
        match rows {
            [] => "0 0".to_owned(),
            rows => format!("{} 0 {}", rows.len(), rows.iter().map(number).sum::<i128>()),
        }
    }
}

/// Rows that are all of one namespace need not be told apart by it.
fn is_one(namespaces: &[&str]) -> bool {
    namespaces.len() == 1
}
