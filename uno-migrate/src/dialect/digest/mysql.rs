//! MySQL and MariaDB: the sum of the products of two checksums of each row, of what it is called and of what was applied.
//!
//! They have no cheap hash that is larger than 32 bits: MD5 takes three times as long as all the rest. A CRC-32 shows every
//! edit of up to four bytes for certain and others but for one in four billions; that rows were mixed up it would not show
//! if they were only added up, and shows in the products.

use super::{Asked, DigestText, NO_CHECKSUM, Wanted, crc32::crc32, listed};
use crate::applied::HistoryStatus;
use crate::dialect::quote::MySql;
use crate::dialect::{FORMAT, NulError, Quote};

impl DigestText for MySql {
    /// The table is named without its schema, so that it is that of the database which the same statement tells. A cluster
    /// waits until what the other nodes have committed is there. A session that reads what nobody has committed, or only
    /// what was there when its transaction began, is none to ask.
    fn digest(&self, asked: Asked<'_>) -> Result<String, NulError> {
        let Asked { schema, table, namespaces } = asked;
        let table = match schema {
            Some(schema) => format!("{}.{}", self.quote_ident(schema), self.quote_ident(table)),
            None => self.quote_ident(table),
        };
        let home = schema.map_or(Ok("DATABASE()".to_owned()), |schema| self.literal(schema))?;
        let (applied, reverted) = (HistoryStatus::Applied.name(), HistoryStatus::Reverted.name());
        Ok(format!(
            "/*M! SET STATEMENT wsrep_sync_wait = 1 FOR */ SELECT {home} AS home, CONCAT_WS(' ', COUNT(*), \
             COALESCE(SUM(status <> '{applied}' OR format > {FORMAT}), 0), \
             SUM(CRC32(CONCAT(namespace, X'00', id)) * CRC32(COALESCE(checksum, '{NO_CHECKSUM}')))) AS digest, \
             @@autocommit = 0 /*M! OR @@in_transaction OR @@tx_isolation = 'READ-UNCOMMITTED' */ \
             /*!80000 OR @@transaction_isolation = 'READ-UNCOMMITTED' */ AS is_moved \
             FROM {table} WHERE namespace IN ({}) AND (status <> '{reverted}' OR format > {FORMAT})",
            listed(self, namespaces)?
        ))
    }

    fn expected(&self, _asked: Asked<'_>, rows: &[Wanted<'_>]) -> String {
        let number = |row: &Wanted<'_>| {
            let name = crc32(&[row.namespace.as_bytes(), &[0], row.id.as_bytes()]);
            u128::from(name) * u128::from(crc32(&[row.checksum().as_bytes()]))
        };
        match rows {
            [] => "0 0".to_owned(),
            rows => format!("{} 0 {}", rows.len(), rows.iter().map(number).sum::<u128>()),
        }
    }
}
