//! The one that migrates stands still for longer than its lease, and then goes on.

use std::time::Duration;

use futures_util::future::{join, join_all};
use uno_migrate::Dialect;

use crate::crowd::{Crowd, LEASE, all_done, ends};
use crate::each;
use crate::support::Instance;

each! {
    async fn the_holder_is_stopped_among_transactions(dialect) {
        // With its first migration begun, in its middle, and late.
        join_all([1, 32, 150].map(|events| stop_and_continue(dialect, false, events))).await;
    }

    async fn the_holder_is_stopped_outside_a_transaction(dialect) {
        // At the beginning and in the middle of the tenth migration, which is such a one.
        join_all([37, 39].map(|events| stop_and_continue(dialect, true, events))).await;
    }
}

async fn stop_and_continue(dialect: Dialect, apart: bool, events: usize) {
    let crowd = Crowd::new(dialect, apart).await;
    let mut holder = Instance::start(crowd.database.url(), &crowd.order());
    for _ in 0..events {
        holder.event().await.unwrap();
    }
    holder.stop();
    let others = ends(crowd.boot(19));
    let wake = async {
        // Whatever the database keeps for it, it keeps until then, and longer than anybody else would.
        tokio::time::sleep(LEASE * 3).await;
        holder.resume();
        holder.end().await
    };
    let (mut ends, held) = tokio::time::timeout(Duration::from_secs(120), join(others, wake)).await.unwrap();
    all_done(&ends);
    assert!(held.starts_with("done") || held.starts_with("failed LeaseLost"), "after {events} events: {held}");
    ends.push(held);
    crowd.check(&ends).await;
}
