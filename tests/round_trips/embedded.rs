//! Embedded sets tell what a history would say of them, without being put together.

use uno_migrate::{Context, ErrorKind, Migrations, Result, embed_migrations, migration};

use crate::kit::Ask;
use crate::wire::{Wire, each_server};

static OWN: Migrations =
    embed_migrations!("./tests/conformance/twins/own", namespace = "own", hooks = { note = nothing });
static INNER: Migrations = embed_migrations!(rust = [crate::embedded::inner]);

/// SQL, a `.rs` file, listed code with and without a checksum, and sets of a namespace of their own and of none, one of
/// them in two ways.
static ALL: Migrations = embed_migrations!(
    "./migrations",
    rust = [crate::embedded::plain, crate::embedded::checked],
    include = [OWN, INNER, INNER]
);

async fn nothing(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "8_inner", irreversible = "it does nothing")]
pub async fn inner(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "9_plain", irreversible = "it does nothing")]
pub async fn plain(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "10_checked", checksum = "2", irreversible = "it does nothing")]
pub async fn checked(_: &mut Context<'_>) -> Result {
    Ok(())
}

each_server! {
    async fn one_round_trip_for_whatever_is_embedded(db) {
        let count = ALL.iter().count();
        ALL.run(db.pool()).await.unwrap();
        for migrator in [ALL.migrator(), ALL.migrator().namespace("default"), ALL.migrator().tags(["auth"])] {
            let wire = Wire::new(&db).await;
            let (report, cost) = wire.run(&migrator).await;
            assert_eq!((report.unwrap().already_applied, cost.trips), (count, 1), "{:?}", wire.proxy.messages());
        }
        let checksums = "SELECT count(*) FROM uno_migrations WHERE namespace = 'own' OR checksum LIKE 'rust:%' OR checksum IS NULL";
        assert!(db.number(checksums).await >= 4);
    }

    async fn a_difference_in_a_set_that_is_included(db) {
        ALL.run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET checksum = 'rust:3' WHERE id = '10_checked'").await;
        assert_eq!(ALL.run(db.pool()).await.unwrap_err().kind(), ErrorKind::Modified);
        db.exec("UPDATE uno_migrations SET checksum = 'rust:2' WHERE id = '10_checked'").await;
        db.exec("DELETE FROM uno_migrations WHERE id = '8_inner'").await;
        assert_eq!(ALL.run(db.pool()).await.unwrap().len(), 1);
    }

    async fn a_name_that_is_none_is_refused_before(db) {
        ALL.run(db.pool()).await.unwrap();
        let long = "x".repeat(64);
        for migrator in [ALL.migrator().table(&*long), ALL.migrator().schema(""), ALL.migrator().namespace("a\0b")] {
            assert_eq!(migrator.run(db.pool()).await.unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}
