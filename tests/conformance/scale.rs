//! Three hundred migrations up, down and up again.

use uno_migrate::Migrator;

use crate::kit::{Ask, migrator, sql};
use crate::support::each_database;

const COUNT: usize = 300;

fn many() -> Migrator {
    migrator((1..=COUNT).map(|number| {
        let depends = match number {
            1 => String::new(),
            number => format!("-- Dependencies: {}_t{}\n", number / 2, number / 2),
        };
        let up =
            format!("{depends}CREATE TABLE t{number} (id INT PRIMARY KEY);\nINSERT INTO t{number} VALUES ({number});");
        sql(
            &format!("{number}_t{number}"),
            &up.replace("Dependencies: 0_t0", "Tags: none"),
            &format!("DROP TABLE t{number}"),
        )
    }))
}

each_database! {
    async fn three_hundred_go_up_down_and_up(db) {
        let up = many().run(db.pool()).await.unwrap();
        assert_eq!(up.len(), COUNT);
        let down = many().all().revert(db.pool()).await.unwrap();
        assert_eq!(down.len(), COUNT);
        assert_eq!(db.tables().await, ["uno_migrations"]);
        let again = many().run(db.pool()).await.unwrap();
        let nothing = many().run(db.pool()).await.unwrap();
        assert_eq!((again.len(), nothing.len(), nothing.already_applied), (COUNT, 0, COUNT));
        for (what, report) in [("up", up), ("down", down), ("again", again), ("nothing", nothing)] {
            println!("{what}: {:?}", report.elapsed);
        }
    }
}
