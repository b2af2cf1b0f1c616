//! A node may undo a transaction between two statements of one message, and run the rest outside of it.

use sqlx::MySqlPool;

use crate::kit::{Cluster, migrator, up};
use crate::support::Proxy;

pub(crate) async fn are_added_by_a_message_for_each_statement(cluster: &Cluster) {
    let database = cluster.database().await;
    let proxy = Proxy::start(&cluster.url(0, &database));
    let pool = MySqlPool::connect(proxy.url()).await.unwrap();
    let rows: String = (0..10).map(|row| format!("INSERT INTO seeds (id) VALUES ({row});\n")).collect();
    migrator([up("1_seeds", &format!("CREATE TABLE seeds (id INT PRIMARY KEY);\n{rows}"))]).run(&pool).await.unwrap();
    assert_eq!(cluster.texts(0, &database, "SELECT CAST(COUNT(*) AS CHAR) FROM seeds").await, ["10"]);
    let messages = proxy.messages();
    let with_rows: Vec<_> =
        messages.iter().filter(|message| message.contains("INSERT INTO seeds (id) VALUES")).collect();
    assert!(
        with_rows.iter().all(|message| message.matches("INSERT INTO seeds (id) VALUES").count() == 1),
        "{with_rows:?}"
    );
}
