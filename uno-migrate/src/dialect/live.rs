//! What a server knows at the moment about its tables, transactions and indexes, for people who look at a plan or wait.

use uno_migrate_core::Dialect;

/// How large a table is: its rows, estimated, NULL where the server never counted, and its bytes. Bound are its schema, or
/// NULL, and its name. None where a database keeps no count.
pub(crate) const fn size(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Postgres => Some(
            "SELECT NULLIF(reltuples, -1)::bigint, pg_total_relation_size(oid) FROM pg_class \
             WHERE oid = to_regclass(concat(quote_ident($1) || '.', quote_ident($2)))",
        ),
        Dialect::MySql => Some(
            "SELECT CAST(TABLE_ROWS AS SIGNED), CAST(DATA_LENGTH + INDEX_LENGTH AS SIGNED) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?",
        ),
        Dialect::Sqlite => None,
    }
}

/// The transaction that is open for longest: session, user, state, seconds. None where nobody keeps a list.
pub(crate) const fn oldest_transaction(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Postgres => Some(
            "SELECT pid::text, usename::text, state, EXTRACT(EPOCH FROM clock_timestamp() - xact_start)::bigint \
             FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL \
             AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY xact_start LIMIT 1",
        ),
        Dialect::MySql => Some(
            "SELECT CAST(t.trx_mysql_thread_id AS CHAR), p.USER, LOWER(p.COMMAND), \
             CAST(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS SIGNED) \
             FROM information_schema.INNODB_TRX t LEFT JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
             WHERE t.trx_mysql_thread_id NOT IN (0, CONNECTION_ID()) ORDER BY t.trx_started LIMIT 1",
        ),
        Dialect::Sqlite => None,
    }
}

/// How far an index is that a session of ours builds: phase, blocks done and in all, rows done and in all. None where that
/// cannot be known.
pub(crate) const fn index_progress(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        // The engine's sessions have names that begin so.
        Dialect::Postgres => Some(
            "SELECT p.phase, p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total \
             FROM pg_stat_progress_create_index p JOIN pg_stat_activity a USING (pid) \
             WHERE a.datname = current_database() AND a.application_name LIKE 'uno-migrate %' LIMIT 1",
        ),
        Dialect::MySql | Dialect::Sqlite => None,
    }
}
