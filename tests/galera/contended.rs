//! Others write to the lease and the fence all the time: who loses such a race learns it as a deadlock, when it commits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinSet, time::sleep};

use crate::kit::{Cluster, NODES, effects, happened_once, migrator};

const COUNT: usize = 24;

pub(crate) async fn lost_races_are_run_again(cluster: &Cluster) {
    let mut lost = 0;
    for round in 0..2 {
        let database = cluster.database().await;
        migrator(effects(0)).run(&cluster.pool(0, &database).await).await.unwrap();
        let (stop, theirs) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let mut others = JoinSet::new();
        for (node, row) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
            let mut connection = cluster.connect(node, &database).await;
            let (stop, theirs) = (Arc::clone(&stop), Arc::clone(&theirs));
            others.spawn(async move {
                let write = format!("UPDATE uno_migrations_lease SET knocks = knocks + 1 WHERE id = {row}");
                while !stop.load(Ordering::Relaxed) {
                    if sqlx::raw_sql(sqlx::AssertSqlSafe(write.clone())).execute(&mut connection).await.is_err() {
                        theirs.fetch_add(1, Ordering::Relaxed);
                    }
                    // Not so often that the run loses ten times in a row, which is when it gives up.
                    sleep(Duration::from_millis(20)).await;
                }
            });
        }
        let before = races_lost(cluster, &database).await;
        let pool = cluster.pool(0, &database).await;
        // A beat every 30 ms.
        let run = migrator(effects(COUNT)).lease(Duration::from_millis(180)).run(&pool).await;
        let ours = races_lost(cluster, &database).await - before;
        stop.store(true, Ordering::Relaxed);
        others.join_all().await;
        println!(
            "round {round}: {ours} races lost on the node of the run, {} elsewhere",
            theirs.load(Ordering::Relaxed)
        );
        lost += ours;
        assert_eq!(run.unwrap().len(), COUNT);
        happened_once(cluster, &NODES, &database, COUNT).await;
    }
    assert!(lost > 0, "nothing was contended");
}

/// Where the run is: writes that another node's were preferred to.
async fn races_lost(cluster: &Cluster, database: &str) -> u64 {
    let sql = "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS \
               WHERE VARIABLE_NAME IN ('wsrep_local_cert_failures', 'wsrep_local_bf_aborts')";
    cluster.texts(0, database, sql).await.iter().map(|count| count.parse::<u64>().unwrap()).sum()
}
