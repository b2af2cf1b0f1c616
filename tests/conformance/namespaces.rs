//! Sets side by side: what one namespace says is not said for another.

use uno_migrate::{Context, ErrorKind, FileTracker, Migrations, Migrator, Repair, Result, State, embed_migrations};

use crate::kit::{Ask, ids};
use crate::support::each_database;

/// Both have a `1_a`, and each has a hook `note`.
static OWN: Migrations = embed_migrations!("./tests/conformance/twins/own", namespace = "own", hooks = { note = own });
static BILLING: Migrations = embed_migrations!(
    "./tests/conformance/twins/billing",
    namespace = "billing",
    include = [OWN],
    hooks = { note = billing }
);

async fn own(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO own_a (note) VALUES ('own')").await.map(drop)
}

async fn billing(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO billing_a (note) VALUES ('billing')").await.map(drop)
}

async fn of_the_migrator(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO missing (note) VALUES ('migrator')").await.map(drop)
}

/// Its own namespace is `billing`.
fn both() -> Migrator {
    BILLING.migrator()
}

const SEVERAL: &str = "several namespaces have a migration `1_a`\n  help: say which one: `billing:1_a` or `own:1_a`";

each_database! {
    async fn each_set_has_its_own_hooks(db) {
        both().hook("note", of_the_migrator).run(db.pool()).await.unwrap();
        assert_eq!(db.texts("SELECT note FROM own_a").await, ["own"]);
        assert_eq!(db.texts("SELECT note FROM billing_a").await, ["billing"]);
    }

    async fn an_id_of_several_namespaces_needs_one(db) {
        for set in [both().target("1_a"), both().only("1_a")] {
            let error = set.run(db.pool()).await.unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, SEVERAL));
        }
        let report = both().only("billing:1_a").run(db.pool()).await.unwrap();
        assert_eq!((report.migrations[0].namespace.as_str(), ids(&report)), ("billing", vec!["1_a"]));
        // The other one is not applied, and is in the set all the same.
        let error = both().only("1_a").revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, SEVERAL));
        assert_eq!(both().target("2_b").run(db.pool()).await.unwrap().len(), 2);

        let status = both().status(db.pool()).await.unwrap();
        assert!(status.to_string().contains("applied  billing:1_a  20"), "{status}");
        assert!(status.to_string().contains("applied  2_b          20"), "{status}");
        assert_eq!((status.state("1_a"), status.state("own:1_a"), status.state("2_b")), (None, Some(State::Applied), Some(State::Applied)));
        let error = both().only("own:1_b").revert(db.pool()).await.unwrap_err();
        assert_eq!((error.message(), error.remedy()), ("there is no migration `own:1_b`", Some("did you mean `own:1_a`?")));
        assert_eq!(ids(&both().only("own:1_a").revert(db.pool()).await.unwrap()), ["2_b", "1_a"]);
        assert_eq!(db.tables().await, ["billing_a", "uno_migrations"]);
    }

    async fn a_repair_is_for_one_of_them(db) {
        both().run(db.pool()).await.unwrap();
        let error = both().repair(db.pool(), Repair::Forget { id: "1_a".into() }).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, SEVERAL));
        let report = both().repair(db.pool(), Repair::Forget { id: "own:1_a".into() }).await.unwrap();
        assert_eq!(report.migrations[0].namespace, "own");
        assert_eq!(db.history("namespace").await, ["billing", "billing"]);
        // Now only one has it.
        both().repair(db.pool(), Repair::AcceptChecksum("1_a".into())).await.unwrap();
        let error = both().repair(db.pool(), Repair::AcceptChecksum("biling:1_a".into())).await.unwrap_err();
        assert_eq!(error.message(), "the history has no row of `biling:1_a`");
        assert_eq!(error.remedy(), Some("did you mean `billing:1_a`?"));
    }

    async fn a_namespace_that_is_not_the_sets_own_is_named(db) {
        both().run(db.pool()).await.unwrap();
        for namespace in ["own", "billing"] {
            db.exec(&format!("UPDATE uno_migrations SET checksum = '1:0' WHERE id = '1_a' AND namespace = '{namespace}'")).await;
        }
        let error = both().run(db.pool()).await.unwrap_err();
        assert_eq!(error.message(), "migrations `1_a`, `own:1_a` changed since they were applied");
    }

    async fn what_another_namespace_stands_on_stays(db) {
        both().run(db.pool()).await.unwrap();
        let alone = || OWN.migrator();
        for error in [
            alone().revert(db.pool()).await.unwrap_err(),
            alone().plan_revert(db.pool()).await.unwrap_err(),
            alone().fake(true).revert(db.pool()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert_eq!(error.to_string(), "migration `1_a` cannot be reverted: `billing:2_b` depends on it\n  \
                help: revert `billing:2_b` first, with a set that has the namespace `billing`, or keep `1_a` with `target(\"1_a\")`");
        }
        both().only("2_b").revert(db.pool()).await.unwrap();
        assert_eq!(ids(&alone().revert(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(db.tables().await, ["billing_a", "uno_migrations"]);
    }

    async fn so_it_does_with_a_history_elsewhere(db) {
        let home = tempfile::tempdir().unwrap();
        let file = || FileTracker::new(home.path().join("history.json"));
        both().tracker(file()).run(db.pool()).await.unwrap();
        let error = OWN.migrator().tracker(file()).revert(db.pool()).await.unwrap_err();
        assert_eq!(error.message(), "migration `1_a` cannot be reverted: `billing:2_b` depends on it");
        assert_eq!(both().tracker(file()).all().revert(db.pool()).await.unwrap().len(), 3);
    }
}
