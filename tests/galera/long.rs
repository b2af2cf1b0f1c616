//! One `ALTER` holds up every write of the cluster as long as it takes, the beat of the lease included.

use std::time::{Duration, Instant};

use tokio::{task::JoinSet, time::sleep};

use crate::kit::{Cluster, NODES, effects, exec, migrator, up};

const LEASE: Duration = Duration::from_secs(1);

pub(crate) async fn a_statement_may_outlast_the_lease(cluster: &Cluster) {
    for round in 0..2 {
        let database = cluster.database().await;
        let mut connection = cluster.connect(0, &database).await;
        exec(&mut connection, "CREATE TABLE big (id INT PRIMARY KEY, a VARCHAR(100), b VARCHAR(100), c VARCHAR(100))")
            .await;
        exec(&mut connection, "INSERT INTO big SELECT seq, UUID(), UUID(), UUID() FROM seq_1_to_300000").await;
        let long = "INSERT INTO effects (what) VALUES ('3');\n\
                    ALTER TABLE big ADD COLUMN x INT NOT NULL DEFAULT 1, ADD INDEX (a), ADD INDEX (b), ADD INDEX (c), ALGORITHM = COPY;\n\
                    INSERT INTO effects (what) VALUES ('4');";
        let set = || {
            let last = up("5_last", "INSERT INTO effects (what) VALUES ('5')");
            effects(2).into_iter().chain([up("4_long", long), last])
        };
        let began = Instant::now();
        let mut boots = JoinSet::new();
        for node in NODES {
            let pool = cluster.pool(node, &database).await;
            let set = migrator(set()).lease(LEASE).lock_wait(Duration::from_secs(120));
            boots.spawn(async move { set.run(&pool).await });
            // The first one begins.
            if node == 0 {
                sleep(Duration::from_millis(300)).await;
            }
        }
        let reports = boots.join_all().await;
        let took = began.elapsed();
        let applied: Vec<_> = reports.into_iter().map(|report| report.unwrap().len()).collect();
        println!("round {round}: {took:?}, applied {applied:?}");
        assert!(took > 2 * LEASE, "the ALTER was to outlast the lease, and the run took {took:?}");
        assert_eq!(applied, [5, 0, 0], "whoever began has done everything");
        let count = "SELECT CAST(COUNT(*) AS CHAR) FROM effects";
        assert_eq!(cluster.texts(1, &database, count).await, ["5"]);
        let epoch = "SELECT CAST(epoch AS CHAR) FROM uno_migrations_lease WHERE id = 1";
        println!("leases: {:?}", cluster.texts(1, &database, epoch).await);
    }
}
