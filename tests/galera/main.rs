//! MariaDB as a Galera cluster of three nodes: each takes writes, no lock of one is known to the others, and who loses a
//! race learns it when it commits.

#[path = "../support/mod.rs"]
mod support;

mod boots;
mod commits;
mod contended;
mod killed;
mod kit;
mod lagging;
mod long;
mod rows;
mod stale;

use std::sync::Arc;

use kit::Cluster;

/// One test, since the nodes take their time to start: what kills one of them comes last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_of_three_nodes() {
    let cluster = Arc::new(Cluster::start());
    commits::in_a_message_of_their_own_are_true(&cluster).await;
    rows::are_added_by_a_message_for_each_statement(&cluster).await;
    boots::on_all_nodes_at_once(&cluster).await;
    contended::lost_races_are_run_again(&cluster).await;
    lagging::a_node_acts_on_nothing_that_is_old(&cluster).await;
    stale::a_holder_that_wakes_up_late_changes_nothing(&cluster).await;
    long::a_statement_may_outlast_the_lease(&cluster).await;
    killed::the_others_go_on(&cluster).await;
}
