//! Nothing pending: one round trip, however many migrations there are.

use sqlx::Connection;
use uno_migrate::{ErrorKind, Policy};

use crate::agreed::alike;
use crate::kit::{Ask, abc, migrator};
use crate::wire::{Fill, Wire, each_server};

each_server! {
    async fn one_round_trip_the_first_time(db) {
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        let (report, cost) = wire.run(&abc()).await;
        let report = report.unwrap();
        assert_eq!(cost.trips, 1, "{:?}", wire.proxy.messages());
        assert!(report.is_empty());
        assert_eq!(report.already_applied, 3);
        assert_eq!(report.warnings, Vec::<String>::new());
        wire.settle().await;
        assert_eq!(wire.run(&abc()).await.1.trips, 1, "{:?}", wire.proxy.messages());
    }

    async fn one_round_trip_for_ten_thousand_and_as_many_bytes(db) {
        let all = alike(10_000);
        migrator(all[..1].to_vec()).run(db.pool()).await.unwrap();
        let mut bytes = Vec::new();
        let mut filled = 1;
        for count in [10, 1_000, 10_000] {
            db.fill(filled + 1, count).await;
            filled = count;
            let wire = Wire::new(&db).await;
            let (report, cost) = wire.run(&migrator(all[..count].to_vec())).await;
            assert_eq!(report.unwrap().already_applied, count);
            assert_eq!(cost.trips, 1, "{count}: {:?}", wire.proxy.messages());
            bytes.push(cost.bytes);
        }
        assert!(bytes.iter().all(|&now| now < bytes[0] * 2), "{bytes:?}");
    }

    async fn one_round_trip_on_a_connection_of_the_callers(db) {
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        let mut connection = wire.pool.try_acquire().unwrap();
        let before = wire.proxy.round_trips();
        let report = abc().run_on(&mut *connection).await.unwrap();
        assert_eq!(wire.proxy.round_trips() - before, 1, "{:?}", wire.proxy.messages());
        assert_eq!((report.len(), report.already_applied), (0, 3));
    }

    async fn one_round_trip_on_a_connection_of_its_own(db) {
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        // The only one is in use.
        let _used = wire.pool.try_acquire().unwrap();
        let opening = opening(&wire).await;
        let (report, cost) = wire.run(&abc()).await;
        assert_eq!(report.unwrap().already_applied, 3);
        assert_eq!(cost.trips - opening, 1, "{:?}", wire.proxy.messages());
    }

    async fn one_round_trip_in_a_schema_that_is_given(db) {
        let schema = if db.url().starts_with("postgres") { "public" } else { db.url().rsplit('/').next().unwrap() };
        let abc = || abc().schema(schema).table("history of all").namespace("it's");
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        let (report, cost) = wire.run(&abc()).await;
        assert_eq!((report.unwrap().already_applied, cost.trips), (3, 1), "{:?}", wire.proxy.messages());
    }

    async fn a_history_that_lacks_a_column_does_not_agree(db) {
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        for column in ["namespace", "id", "checksum", "status", "format"] {
            db.exec(&format!("ALTER TABLE uno_migrations RENAME COLUMN {column} TO another")).await;
            wire.settle().await;
            let error = wire.run(&abc()).await.0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::History, "{column}: {error}");
            db.exec(&format!("ALTER TABLE uno_migrations RENAME COLUMN another TO {column}")).await;
        }
        wire.settle().await;
        let (report, cost) = wire.run(&abc()).await;
        assert_eq!((report.unwrap().already_applied, cost.trips), (3, 1));
    }

    async fn what_was_asked_for_is_judged_as_ever(db) {
        abc().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        let (error, cost) = wire.run(&abc().target("4_d")).await;
        assert_eq!((error.unwrap_err().kind(), cost.trips), (ErrorKind::Usage, 1));
        wire.settle().await;
        let (error, cost) = wire.run(&abc().steps(1).target("1_a")).await;
        assert_eq!((error.unwrap_err().kind(), cost.trips), (ErrorKind::Usage, 1));
        wire.settle().await;
        let (error, cost) = wire.run(&abc().all()).await;
        assert_eq!((error.unwrap_err().kind(), cost.trips), (ErrorKind::Usage, 1));
        wire.settle().await;
        let (report, cost) = wire.run(&abc().tags(["auth"])).await;
        assert_eq!((report.unwrap().warnings, cost.trips), (vec!["no migration has the tag `auth`".to_owned()], 1));
        wire.settle().await;
        let (report, cost) = wire.run(&abc().target("1_a").on_ahead(Policy::Error)).await;
        assert_eq!((report.unwrap().already_applied, cost.trips), (3, 1));
    }
}

/// How many round trips it takes to open a connection and to close it.
async fn opening<DB: uno_migrate::Driver>(wire: &Wire<DB>) -> usize {
    let trips = wire.proxy.round_trips();
    DB::Connection::connect(wire.proxy.url()).await.unwrap().close().await.unwrap();
    wire.proxy.round_trips() - trips
}
