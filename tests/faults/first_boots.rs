//! The first boots of many instances, on a database that has nothing: one of them makes the tables, and nobody fails.

use futures_util::future::join_all;

use crate::effects::{EFFECTS, Effects};
use crate::support::each_database;

const ROUNDS: usize = 20;
const INSTANCES: usize = 8;

each_database! {
    async fn of_eight_at_once(db) {
        let mut pools = Vec::new();
        for _ in 0..INSTANCES {
            pools.push(sqlx::Pool::<Db>::connect(db.url()).await.unwrap());
        }
        for round in 0..ROUNDS {
            db.wipe().await;
            let boots = join_all(pools.iter().map(|pool| EFFECTS.run(pool))).await;
            let mut applied = 0;
            for (instance, boot) in boots.into_iter().enumerate() {
                applied += boot.unwrap_or_else(|error| panic!("round {round}, instance {instance}: {error}")).len();
            }
            assert_eq!(applied, 5, "round {round}");
            db.assert_whole(&format!("round {round}")).await;
        }
    }
}
