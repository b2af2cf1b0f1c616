//! A client that is gone: the server ends what it was running for it.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::kit::{Pooled, migrator, up};

const RUNNING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";

#[tokio::test]
async fn its_statement_ends_soon() {
    let pooled = Pooled::new(2).await;
    let slow =
        |none: &str| up("1_slow", &format!("{none}CREATE TABLE IF NOT EXISTS t (id INT);\nSELECT pg_sleep(60);"));
    for (through, none) in [(true, ""), (false, ""), (false, "-- Transaction: none\n")] {
        let pool = if through { pooled.pool().await } else { pooled.db.pool().clone() };
        let set = migrator([slow(none)]).namespace(format!("{through}{}", none.len()));
        let run = tokio::spawn(async move { set.run(&pool).await });
        let began = Instant::now();
        while pooled.number(RUNNING).await == 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not run: {:?}", run.is_finished());
            sleep(Duration::from_millis(20)).await;
        }
        run.abort();
        let gone = Instant::now();
        while pooled.number(RUNNING).await > 0 {
            assert!(gone.elapsed() < Duration::from_secs(10), "it still runs: {through}, {none}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}
