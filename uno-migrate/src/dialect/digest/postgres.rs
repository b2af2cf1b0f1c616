//! PostgreSQL: the sum of a 64-bit hash of each row.

use super::lookup3::hash;
use super::{DigestText, NO_CHECKSUM, Sum, Total, Wanted, listed};
use crate::applied::HistoryStatus;
use crate::dialect::postgres::PLACE;
use crate::dialect::quote::Postgres;
use crate::dialect::{FORMAT, NulError, Place, Quote};

/// The columns that are asked for.
const COLUMNS: &str = "namespace, id, checksum, status, format";

/// What stands for a column that is missing, which would be an error: an SQL name that is not found further in is sought
/// further out.
const MISSING: &str = "(SELECT NULL::text AS namespace, NULL::text AS id, NULL::text AS checksum, NULL::text AS status, \
                       NULL::bigint AS format) AS missing";

impl DigestText for Postgres {
    /// What is asked of the table is a text that is run only if it is there and may be read: nothing else in SQL asks a table
    /// that may not be there, and an error would abort the transaction of whoever lends the connection. So the table is found
    /// and read in one question, by the schema that the session has at that moment. Most of the time of a first question
    /// goes into reading the catalogues that it mentions, so that it mentions few.
    fn digest(&self, place: Place<'_>, namespaces: &[&str]) -> Result<String, NulError> {
        let path = match place.schema {
            Some(_) => "true",
            None => {
                "(SELECT setting IS NOT DISTINCT FROM reset_val FROM pg_catalog.pg_show_all_settings() WHERE name = 'search_path')"
            }
        };
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        let hashed = |column: &str, seed: &str| format!("pg_catalog.hashtextextended({column}, {seed})");
        let number = hashed(&format!("COALESCE(checksum, '{NO_CHECKSUM}')"), "0");
        let number = hashed("id", &number);
        let number = if is_one(namespaces) { number } else { hashed("namespace", &number) };
        let sum = self.literal(&format!(
            "SELECT pg_catalog.concat_ws(' ', count(format), count(*) FILTER (WHERE status <> '{applied}' OR format > {FORMAT}), \
             sum({number})) AS digest FROM (SELECT found.* FROM {MISSING} CROSS JOIN LATERAL (SELECT {COLUMNS} FROM "
        ))?;
        let rows = self.literal(&format!(
            ") AS found) AS history WHERE namespace IN ({}) AND (status <> '{reverted}' OR format > {FORMAT})",
            listed(self, namespaces)?
        ))?;
        Ok(format!(
            "SELECT {PLACE}, CASE WHEN pg_catalog.has_table_privilege(oid, 'SELECT') THEN pg_catalog.split_part(\
             pg_catalog.split_part(pg_catalog.query_to_xml({sum} || name || {rows}, false, true, '')::text, \
             '<digest>', 2), '<', 1) END AS digest, \
             CASE WHEN {path} AND session_user = current_user AND session_user = \
             (SELECT pg_catalog.pg_get_userbyid(usesysid) FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())) \
             AND pg_catalog.now() = pg_catalog.statement_timestamp() THEN 0 ELSE 1 END::bigint AS is_moved FROM {found}",
            found = self.found(place)?
        ))
    }

    fn sum<'s>(&self, namespaces: &[&str]) -> Box<dyn Sum<'s> + 's> {
        let is_one = is_one(namespaces);
        Box::new(Total::of(move |row: &Wanted<'_>| {
            let number = row.checksum(|text| hash(text.as_bytes(), 0));
            let number = hash(row.id.as_bytes(), number);
            let number = if is_one { number } else { hash(row.namespace.as_bytes(), number) };
            i128::from(number.cast_signed())
        }))
    }
}

/// Rows that are all of one namespace need not be told apart by it.
fn is_one(namespaces: &[&str]) -> bool {
    namespaces.len() == 1
}
