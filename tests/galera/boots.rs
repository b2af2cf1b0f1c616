//! Instances boot at the same moment, each with a node of its own.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::kit::{Cluster, NODES, effects, happened_once, migrator};

const ROUNDS: usize = 6;
const POOLS: usize = 3;
const COUNT: usize = 24;

pub(crate) async fn on_all_nodes_at_once(cluster: &Cluster) {
    for round in 0..ROUNDS {
        let database = cluster.database().await;
        let began = Instant::now();
        let mut boots = JoinSet::new();
        for instance in 0..NODES.len() * POOLS {
            let pool = cluster.pool(instance % NODES.len(), &database).await;
            let set = migrator(effects(COUNT)).lease(Duration::from_secs(6));
            boots.spawn(async move { set.run(&pool).await });
        }
        let reports = boots.join_all().await;
        let applied: Vec<_> = reports.into_iter().map(|report| report.unwrap().len()).collect();
        println!("round {round}: {:?}, applied {applied:?}", began.elapsed());
        assert_eq!(applied.iter().sum::<usize>(), COUNT + 1, "{applied:?}");
        happened_once(cluster, &NODES, &database, COUNT).await;
    }
}
