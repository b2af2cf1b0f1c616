//! Who keeps a session waiting, as far as the database tells.
//!
//! Each text returns a row for each of them: its `id`, `user` and `app`, what `state` it is in and `since` when, its
//! `query`, and whether it is `certain` that it is the one; all but the last are texts or NULL. No row without an id
//! but where the database hides who it is.

/// For the session of that number; one text.
pub(super) fn postgres(session: i64) -> Vec<String> {
    // To ask for blockers holds the lock manager up for a moment: only where there is something to ask for. What is
    // blocked by a prepared transaction is blocked by number 0.
    vec![format!(
        "SELECT b.pid::text AS id, a.usename::text AS \"user\", nullif(a.application_name, '')::text AS app, \
         a.state::text AS state, to_char(t.since AT TIME ZONE 'UTC', CASE WHEN t.since > now() - interval '12 hours' \
         THEN 'HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI:SS' END) || ' UTC' AS since, \
         nullif(left(a.query, 2000), '<insufficient privilege>') AS query, 1 AS certain \
         FROM pg_catalog.pg_stat_activity w \
         CROSS JOIN LATERAL (SELECT DISTINCT pid FROM unnest(pg_catalog.pg_blocking_pids(w.pid)) AS p(pid)) b \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid \
         CROSS JOIN LATERAL (SELECT CASE a.state WHEN 'active' THEN a.query_start ELSE a.state_change END AS since) t \
         WHERE w.pid = {session} AND w.wait_event_type = 'Lock' ORDER BY t.since"
    )]
}

/// The same, to be asked for one after the other until one knows: what there is depends on the server, its plugins, and
/// what the user may see.
pub(super) fn mysql(session: i64) -> Vec<String> {
    let (rows_of_mariadb, rows_of_mysql) = (
        "information_schema.INNODB_TRX w \
         JOIN information_schema.INNODB_LOCK_WAITS l ON l.requesting_trx_id = w.trx_id \
         JOIN information_schema.INNODB_TRX b ON b.trx_id = l.blocking_trx_id \
         JOIN information_schema.PROCESSLIST p ON p.ID = b.trx_mysql_thread_id",
        "sys.innodb_lock_waits w JOIN information_schema.PROCESSLIST p ON p.ID = w.blocking_pid",
    );
    // A request for a table is hindered by whoever holds or has asked for something there before.
    let tables = "performance_schema.threads t \
         JOIN performance_schema.metadata_locks w ON w.OWNER_THREAD_ID = t.THREAD_ID AND w.LOCK_STATUS = 'PENDING' \
         JOIN performance_schema.metadata_locks h ON h.LOCK_STATUS = 'GRANTED' AND h.OBJECT_TYPE = w.OBJECT_TYPE \
         AND h.OBJECT_SCHEMA <=> w.OBJECT_SCHEMA AND h.OBJECT_NAME <=> w.OBJECT_NAME \
         JOIN performance_schema.threads b ON b.THREAD_ID = h.OWNER_THREAD_ID \
         JOIN information_schema.PROCESSLIST p ON p.ID = b.PROCESSLIST_ID";
    // The plugin lists what is held, not what is asked for: of that, the statement tells.
    let plugin = "information_schema.PROCESSLIST w \
         JOIN information_schema.METADATA_LOCK_INFO h ON h.TABLE_NAME <> '' AND LOCATE(h.TABLE_NAME, w.INFO) > 0 \
         JOIN information_schema.PROCESSLIST p ON p.ID = h.THREAD_ID";
    let transactions = "information_schema.PROCESSLIST w \
         JOIN information_schema.INNODB_TRX b \
         JOIN information_schema.PROCESSLIST p ON p.ID = b.trx_mysql_thread_id";
    let waits = format!("w.ID = {session} AND w.STATE LIKE 'Waiting for %lock'");
    vec![
        blockers(rows_of_mariadb, &format!("w.trx_mysql_thread_id = {session}"), true, session),
        blockers(rows_of_mysql, &format!("w.waiting_pid = {session}"), true, session),
        blockers(tables, &format!("t.PROCESSLIST_ID = {session}"), true, session),
        blockers(plugin, &waits, false, session),
        // Most who share a table have the same default database.
        blockers(transactions, &format!("{waits} AND p.DB <=> w.DB"), false, session),
        blockers(transactions, &waits, false, session),
        format!(
            "SELECT NULL AS id, NULL AS user, NULL AS app, NULL AS state, NULL AS since, NULL AS query, 0 AS certain \
             FROM information_schema.PROCESSLIST w WHERE {waits}"
        ),
    ]
}

fn blockers(from: &str, is_waiting: &str, certain: bool, session: i64) -> String {
    format!(
        "SELECT DISTINCT CAST(p.ID AS CHAR) AS id, p.USER AS user, NULL AS app, \
         CASE p.COMMAND WHEN 'Sleep' THEN 'idle in transaction' ELSE 'active' END AS state, \
         DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL p.TIME SECOND, '%H:%i:%s UTC') AS since, \
         LEFT(p.INFO, 2000) AS query, {} AS certain \
         FROM {from} WHERE {is_waiting} AND p.ID <> {session}",
        u8::from(certain)
    )
}
