//! What a migrator asks of its source, whatever holds it.

use uno_migrate::private::Embedded;
use uno_migrate::{
    Dialect, Directory, ErrorKind, File, Memory, Migration, MigrationSource, Migrations, Migrator, embed_migrations,
};

use crate::kit::{Ask, migrator, table};
use crate::support::{each_database, sqlite};

static EMBEDDED: Migrations = embed_migrations!("./tests/conformance/twins/own", hooks = { note = nothing });

async fn nothing(_: &mut uno_migrate::Context<'_>) -> uno_migrate::Result {
    Ok(())
}

/// The embedded set as it is when somebody has added a file since.
pub(crate) fn stale() -> Migrations {
    let directory = tempfile::tempdir().unwrap().keep();
    for name in ["1_a.sql", "2_added.sql"] {
        std::fs::write(directory.join(name), "").unwrap();
    }
    let path: &'static str = String::leak(directory.display().to_string());
    let roots: &'static [(&str, &str)] = Box::leak(Box::new([(path, "migrations")]));
    Migrations::embedded(Embedded { roots, ..*EMBEDDED.parts() })
}

#[tokio::test]
async fn a_stale_set_is_stale_in_whatever_holds_it() {
    let db = sqlite().await;
    let boxed: Box<dyn MigrationSource> = Box::new(stale());
    let other = || Memory::new([table("2_b")]);
    for set in [
        Migrator::new(stale()),
        Migrator::new(boxed),
        Migrator::new(vec![stale()]),
        Migrator::new([stale()]),
        Migrator::new((other(), stale())),
        Migrator::new((stale(), other(), other())),
        Migrator::new(vec![Box::new((stale(), other())) as Box<dyn MigrationSource>]),
    ] {
        assert_eq!(set.run(db.pool()).await.unwrap_err().kind(), ErrorKind::Stale);
        let mut connection = db.pool().acquire().await.unwrap();
        assert_eq!(set.run_on(&mut *connection).await.unwrap_err().kind(), ErrorKind::Stale);
    }
    assert!(db.tables().await.is_empty());
}

each_database! {
    async fn a_way_down_that_nobody_wrote_is_missed(db) {
        let set = || migrator([Migration::sql("1_a", "CREATE TABLE a (id INT)", None), table("2_b")]);
        let error = set().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(error.to_string(), "the migrations are no valid set\n  cause: migration `1_a` has no way down\n    --> 1_a.sql\n     \
            = help: give its SQL, say `-- Irreversible: <reason>` at the top of its way up, or allow it with `allow_missing_down(true)`");
        assert!(db.tables().await.is_empty());
        assert_eq!(set().allow_missing_down(true).run(db.pool()).await.unwrap().len(), 2);
        let error = set().allow_missing_down(true).all().revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Irreversible, "migration `1_a` has no way down"));
    }

    async fn a_migration_that_says_why_misses_nothing(db) {
        let set = migrator([Migration::sql("1_a", "-- Irreversible: it is the first\nCREATE TABLE a (id INT)", None)]);
        assert_eq!(set.run(db.pool()).await.unwrap().len(), 1);
    }
}

/// Sets that are read at run time say of rules what embedded ones do.
#[tokio::test]
async fn what_rules_find_in_a_directory() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("1_a.sql", "CREATE TABLE a (b INTEGER, c INTEGER);\n-- DOWN\nDROP TABLE a;\n");
    write("2_b.sql", "ALTER TABLE a DROP COLUMN c;\n-- DOWN\nALTER TABLE a ADD COLUMN c INTEGER;\n");
    write("3_c.sql", "SELEC 1;\n-- DOWN\nSELECT 1;\n");
    let set = || Directory::new([folder.path()]).dialects([Dialect::Sqlite]);
    let said = |set: Directory| set.migrations().map(|set| set.len()).map_err(|error| error.to_string());
    let contains = |set: Directory, part: &str| {
        let error = said(set).unwrap_err();
        assert!(error.contains(part), "no {part:?} in {error}");
    };
    contains(set(), "SELEC");
    assert_eq!(said(set().allow(["grammar"])), Ok(3));
    assert_eq!(said(set().warn(["grammar"])), Ok(3));
    contains(set().rules_since("3_c"), "SELEC");
    contains(set().rules_since("2_b").allow(["grammar"]).deny(["warnings"]), "column `c` of `a` is dropped");
    contains(set().allow(["grammar"]).deny(["drop-column"]), "column `c` of `a` is dropped");
    contains(set().allow(["grammer"]), "there is no rule `grammer`");
    contains(set().rules("9.0"), "there are no rules `9.0`");
    contains(set().rules_since("b"), "is no migration id");
    let file = File::new([folder.path().join("2_b.sql")]).dialects([Dialect::Sqlite]).deny(["warnings"]);
    assert!(file.migrations().is_err());
}
