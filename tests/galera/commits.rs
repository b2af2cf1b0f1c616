//! A transaction that is sent as one message was seen to be told that it was committed, and was not; with its `COMMIT` in a
//! message of its own, what is told is true.

use tokio::task::JoinSet;

use crate::kit::{CATCH_UP, Cluster, NODES, exec, texts};

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
    let mut told = 0;
    for round in 0..ROUNDS {
        let mut races = JoinSet::new();
        for node in NODES {
            let mut connection = cluster.connect(node, &database).await;
            races.spawn(async move {
                let write = format!(
                    "START TRANSACTION; UPDATE fence SET beat = beat + 1 WHERE id = 2 AND epoch = 7; \
                     INSERT INTO history VALUES ({round}, {node})"
                );
                let told = run(&mut connection, &write).await && run(&mut connection, "COMMIT").await;
                let _ = run(&mut connection, "ROLLBACK").await;
                told.then_some(node)
            });
        }
        for node in races.join_all().await.into_iter().flatten() {
            told += 1;
            let who = format!("SELECT CAST(who AS CHAR) FROM history WHERE id = {round}");
            // What another node has committed comes a moment later.
            exec(&mut connection, CATCH_UP).await;
            assert_eq!(texts(&mut connection, &who).await, [node.to_string()], "round {round}");
        }
    }
    assert_eq!(told, ROUNDS);
}

async fn run(connection: &mut sqlx::MySqlConnection, sql: &str) -> bool {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(connection).await.is_ok()
}
