//! A node shows what the others have committed a moment later, or much later if it is held up.

use std::time::Duration;

use tokio::time::sleep;

use crate::kit::{Cluster, NODES, effects, exec, happened_once, migrator, texts};

pub(crate) async fn a_node_acts_on_nothing_that_is_old(cluster: &Cluster) {
    for _ in 0..3 {
        let database = cluster.database().await;
        migrator(effects(3)).run(&cluster.pool(0, &database).await).await.unwrap();
        // The second node takes nothing in any more.
        let mut holding = cluster.connect(1, &database).await;
        exec(&mut holding, "SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1; FLUSH TABLES WITH READ LOCK").await;
        migrator(effects(9)).run(&cluster.pool(0, &database).await).await.unwrap();
        let old = texts(&mut holding, "SELECT CAST(COUNT(*) AS CHAR) FROM uno_migrations").await;
        assert_eq!(old, ["4"], "it lags behind");

        let pool = cluster.pool(1, &database).await;
        let run = tokio::spawn(async move { migrator(effects(9)).run(&pool).await });
        sleep(Duration::from_secs(1)).await;
        assert!(!run.is_finished(), "it takes no decision before it can write");
        exec(&mut holding, "UNLOCK TABLES").await;
        assert_eq!(run.await.unwrap().unwrap().len(), 0);
        happened_once(cluster, &NODES, &database, 9).await;
    }
}
