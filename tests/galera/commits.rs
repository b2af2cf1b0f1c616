//! A transaction that is sent as one message may be told that it was committed, and was not.

use tokio::task::JoinSet;

use crate::kit::{Cluster, NODES, exec, texts};

const ROUNDS: usize = 300;

/// The history is written as it is here: the fence and the row in one message, and the `COMMIT` in one of its own.
pub(crate) async fn in_a_message_of_their_own_are_true(cluster: &Cluster) {
    let database = cluster.database().await;
    let mut connection = cluster.connect(0, &database).await;
    exec(
        &mut connection,
        "CREATE TABLE fence (id INT PRIMARY KEY, epoch INT, beat INT); INSERT INTO fence VALUES (2, 7, 0)",
    )
    .await;
    exec(&mut connection, "CREATE TABLE history (id INT PRIMARY KEY, who INT NOT NULL)").await;
    for in_one in [false, true] {
        let (mut lies, mut winners) = (0, 0);
        for round in 0..ROUNDS {
            let mut races = JoinSet::new();
            for node in NODES {
                let mut connection = cluster.connect(node, &database).await;
                races.spawn(async move {
                    let id = if in_one { ROUNDS + round } else { round };
                    let write = format!(
                        "START TRANSACTION; UPDATE fence SET beat = beat + 1 WHERE id = 2 AND epoch = 7; \
                         INSERT INTO history VALUES ({id}, {node})"
                    );
                    let told = match in_one {
                        true => run(&mut connection, &format!("{write}; COMMIT")).await,
                        false => run(&mut connection, &write).await && run(&mut connection, "COMMIT").await,
                    };
                    let _ = run(&mut connection, "ROLLBACK").await;
                    (id, node, told)
                });
            }
            let mut told = Vec::new();
            for (id, node, success) in races.join_all().await {
                if success {
                    told.push((id, node));
                }
            }
            for (id, node) in told {
                let who =
                    texts(&mut connection, &format!("SELECT CAST(who AS CHAR) FROM history WHERE id = {id}")).await;
                if who == [node.to_string()] { winners += 1 } else { lies += 1 }
            }
        }
        println!(
            "{ROUNDS} races of three, COMMIT {}: {winners} winners, {lies} false successes",
            if in_one { "in the same message" } else { "in its own" }
        );
        if !in_one {
            assert_eq!((winners, lies), (ROUNDS, 0));
        }
    }
}

async fn run(connection: &mut sqlx::MySqlConnection, sql: &str) -> bool {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(connection).await.is_ok()
}
