//! MySQL and MariaDB: the sum of the products of two checksums of each row, of what it is called and of what was applied.
//!
//! They have no cheap hash that is larger than 32 bits: MD5 takes three times as long as all the rest. A CRC-32 shows every
//! edit of up to four bytes for certain and others but for one in four billions; that rows were mixed up it would not show
//! if they were only added up, and shows in the products.

use super::crc32::crc32;
use super::{DigestText, NO_CHECKSUM, Sum, Total, Wanted, listed};
use crate::applied::HistoryStatus;
use crate::dialect::quote::MySql;
use crate::dialect::{FORMAT, NulError, Place, Quote};

impl DigestText for MySql {
    /// The table is named without its schema, so that it is that of the database which the same message tells. A cluster
    /// waits until what the other nodes have committed is there. A session that reads what nobody has committed, or only
    /// what was there when its transaction began, is none to ask. A table that is not there is an error, so that what holds
    /// then is told before. What is put together of sums has no character set on some versions of MariaDB (10.11.14).
    fn digest(&self, place: Place<'_>, namespaces: &[&str]) -> Result<String, NulError> {
        let Place { schema, table } = place;
        let table = match schema {
            Some(schema) => format!("{}.{}", self.quote_ident(schema), self.quote_ident(table)),
            None => self.quote_ident(table),
        };
        let home = schema.map_or(Ok("DATABASE()".to_owned()), |schema| self.literal(schema))?;
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        let seen = |is_there, digest| {
            format!(
                "SELECT {home} AS home, {is_there} AS history, {is_there} AS lease, NULL AS behind, {digest} AS digest, \
                 @@autocommit = 0 /*M! OR @@in_transaction OR @@tx_isolation = 'READ-UNCOMMITTED' */ \
                 /*!80000 OR @@transaction_isolation = 'READ-UNCOMMITTED' */ AS is_moved"
            )
        };
        let digest = format!(
            "CONVERT(CONCAT_WS(' ', COUNT(*), COALESCE(SUM(status <> '{applied}' OR format > {FORMAT}), 0), \
             SUM(CRC32(CONCAT(namespace, X'00', id)) * CRC32(COALESCE(checksum, '{NO_CHECKSUM}')))) USING utf8mb4)"
        );
        let (nothing, something) = (seen(0, "NULL"), seen(1, &digest));
        Ok(format!(
            "{nothing}; /*M! SET STATEMENT wsrep_sync_wait = 1 FOR */ {something} FROM {table} \
             WHERE namespace IN ({}) AND (status <> '{reverted}' OR format > {FORMAT})",
            listed(self, namespaces)?
        ))
    }

    fn sum<'s>(&self, _namespaces: &[&str]) -> Box<dyn Sum<'s> + 's> {
        Box::new(Total::of(|row: &Wanted<'_>| {
            let name = crc32(&[row.namespace.as_bytes(), &[0], row.id.as_bytes()]);
            let content = row.checksum(|text| crc32(&[text.as_bytes()]));
            i128::from(name) * i128::from(content)
        }))
    }
}
