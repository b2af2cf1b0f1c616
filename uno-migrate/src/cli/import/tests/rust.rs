//! sqlx, refinery, diesel, sea-orm.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha384};

use super::*;

fn sha384(text: &str) -> String {
    Sha384::digest(text).iter().map(|byte| format!("{byte:02X}")).collect()
}

const SQLX: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP \
     NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);";

async fn sqlx_project() -> Project {
    let first = "-- Add migration script here\nCREATE TABLE t_a (id INTEGER PRIMARY KEY);\n";
    let project = Project::new(&[
        ("20230101000000_first table.up.sql", first),
        ("20230101000000_first table.down.sql", "DROP TABLE t_a;\n"),
        ("20230102000000_second.sql", "CREATE TABLE t_b (id INTEGER PRIMARY KEY)"),
        ("20230103000000_third.up.sql", "-- no-transaction\nCREATE TABLE t_c (id INTEGER);\nVACUUM;\n"),
        ("20230103000000_third.down.sql", "DROP TABLE t_c;"),
        ("README.md", "words"),
    ])
    .await;
    project.exec(&format!("{SQLX} {first}")).await;
    project
        .exec(&format!(
            "INSERT INTO _sqlx_migrations VALUES (20230101000000, 'first table', '2023-05-06 07:08:09', TRUE, X'{}', 4200000)",
            sha384(first)
        ))
        .await;
    project
}

#[tokio::test]
async fn sqlx() {
    let project = sqlx_project().await;
    assert_eq!(project.adopt(Tool::Sqlx).await, ["20230101000000_first_table"]);
    let at: DateTime<Utc> = "2023-05-06T07:08:09Z".parse().unwrap();
    let standing = &project.status().await.migrations[0];
    assert_eq!((standing.applied_at, standing.execution_ms, standing.state), (Some(at), Some(4), State::Applied));

    assert_eq!(
        project.text("20230101000000_first_table.sql"),
        "-- Add migration script here\nCREATE TABLE t_a (id INTEGER PRIMARY KEY);\n\n-- DOWN\n\nDROP TABLE t_a;\n"
    );
    assert_eq!(
        project.text("20230102000000_second.sql"),
        "-- Irreversible: sqlx had no way down for it\nCREATE TABLE t_b (id INTEGER PRIMARY KEY)\n"
    );
    assert_eq!(
        project.text("20230103000000_third.sql"),
        "-- Transaction: none\nCREATE TABLE t_c (id INTEGER);\nVACUUM;\n\n-- DOWN\n\nDROP TABLE t_c;\n"
    );
    assert_eq!(project.finish().await, ["20230102000000_second", "20230103000000_third"]);
    assert_eq!(project.tables().await, ["t_a", "t_b", "t_c"]);
    let report = project.migrator().revert(&project.pool).await.unwrap();
    assert_eq!(ids(&report), ["20230103000000_third"]);
}

#[tokio::test]
async fn what_has_changed_since_sqlx_applied_it_is_not_taken_over() {
    let project = sqlx_project().await;
    let crlf = "-- Add migration script here\r\nCREATE TABLE t_a (id INTEGER PRIMARY KEY);\r\n";
    project.write("old/20230101000000_first table.up.sql", "CREATE TABLE t_other (id INTEGER);\n");
    let imported = project.import(None).await;
    let Adoption::Refused(doubts) = &imported.adoption else { panic!("{imported}") };
    assert!(doubts[0].ends_with("first table.up.sql` has changed since sqlx applied it"), "{doubts:?}");
    assert!(!imported.is_complete());
    assert_eq!(state(&project.status().await, "20230101000000_first_table"), State::Pending);

    // Other line ends are no change; the file that is there by now is somebody's.
    project.write("old/20230101000000_first table.up.sql", crlf);
    let imported = project.import(None).await;
    assert!(matches!(&imported.adoption, Adoption::Done { recorded, .. } if recorded.len() == 1), "{imported}");
    assert_eq!(imported.files[0].fate, Fate::Kept);

    let project = sqlx_project().await;
    project.exec("UPDATE _sqlx_migrations SET success = FALSE").await;
    let imported = project.import(None).await;
    let Adoption::Refused(doubts) = &imported.adoption else { panic!("{imported}") };
    assert!(doubts[0].ends_with("was begun by sqlx and not finished"), "{doubts:?}");
}

#[tokio::test]
async fn what_has_no_file_is_said() {
    let project = sqlx_project().await;
    project.exec("INSERT INTO _sqlx_migrations VALUES (7, 'gone', '2023-01-01 00:00:00', TRUE, X'00', 1)").await;
    let imported = project.import(None).await;
    assert!(imported.is_complete());
    assert_eq!(imported.left[0].place, "version 7");
}

#[tokio::test]
async fn refinery() {
    let first = "CREATE TABLE t_a (id INTEGER PRIMARY KEY);\n";
    let project = Project::new(&[
        ("V1__first.sql", first),
        ("deep/U2__second.sql", "CREATE TABLE t_b (id INTEGER PRIMARY KEY);\n"),
        ("mod.rs", ""),
    ])
    .await;
    project.exec(first).await;
    project.exec("CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))").await;
    let known = tools::checksums::siphash("first", 1, first);
    project
        .exec(&format!(
            "INSERT INTO refinery_schema_history VALUES (1, 'first', '2023-05-06T07:08:09.123456789+02:00', '{}')",
            known[1]
        ))
        .await;
    // V…__ may be Flyway's: the table tells.
    assert_eq!(project.adopt(Tool::Refinery).await, ["1_first"]);
    let at: DateTime<Utc> = "2023-05-06T05:08:09.123Z".parse().unwrap();
    assert_eq!(project.status().await.migrations[0].applied_at, Some(at));
    assert_eq!(project.finish().await, ["2_second"]);
    assert!(project.text("deep/2_second.sql").starts_with("-- Irreversible: refinery had no way down for it\nCREATE"));

    project.write("old/V1__first.sql", "SELECT 1;");
    let imported = project.import(None).await;
    assert!(matches!(imported.adoption, Adoption::Refused(_)), "{imported}");
}

#[tokio::test]
async fn code_keeps_its_place_and_what_is_pending_is_an_error() {
    let project = Project::new(&[
        ("V1__first.rs", "pub fn migration() -> String { String::new() }"),
        ("V2__second.rs", "pub fn migration() -> String { String::new() }"),
    ])
    .await;
    project.exec("CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))").await;
    project.exec("INSERT INTO refinery_schema_history VALUES (1, 'first', '2023-05-06T07:08:09Z', '1')").await;
    let imported = project.import(None).await;
    assert!(matches!(imported.adoption, Adoption::Waits(1)), "{imported}");
    assert!(imported.problems.as_deref().is_some_and(|said| said.contains("2_second.sql")), "{imported}");
    assert_eq!(imported.left.len(), 2);

    // It is written as SQL, and then the rest goes on.
    project.write("new/2_second.sql", "CREATE TABLE t_b (id INTEGER);\n-- DOWN\nDROP TABLE t_b;\n");
    let imported = project.import(None).await;
    assert!(matches!(&imported.adoption, Adoption::Done { recorded, .. } if recorded == &["1_first"]), "{imported}");
    assert_eq!(project.finish().await, ["2_second"]);
    // What stands in for the code may be written later.
    project.write("new/1_first.sql", "CREATE TABLE t_a (id INTEGER);\n-- DOWN\nDROP TABLE t_a;\n");
    assert_eq!(state(&project.status().await, "1_first"), State::Applied);
}

#[tokio::test]
async fn diesel() {
    let project = Project::new(&[
        ("2024-01-31-120000_first/up.sql", "CREATE TABLE t_a (id INTEGER PRIMARY KEY);\n"),
        ("2024-01-31-120000_first/down.sql", "DROP TABLE t_a;\n"),
        ("2024-02-01-120000_second-one/up.sql", "CREATE TABLE t_b (id INTEGER);\nVACUUM;\n"),
        ("2024-02-01-120000_second-one/down.sql", "DROP TABLE t_b;\n"),
        ("2024-02-01-120000_second-one/metadata.toml", "run_in_transaction = false\n"),
        ("2024-02-02-120000_third/up.sql", "CREATE TABLE t_c (id INTEGER);\n"),
        ("2024-02-02-120000_third/down.sql", "-- nothing to undo\n"),
    ])
    .await;
    project.exec("CREATE TABLE t_a (id INTEGER PRIMARY KEY); CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); INSERT INTO __diesel_schema_migrations (version) VALUES ('20240131120000')").await;
    assert_eq!(project.adopt(Tool::Diesel).await, ["20240131120000_first"]);
    assert!(project.text("20240201120000_second-one.sql").starts_with("-- Transaction: none\nCREATE"));
    assert!(
        project
            .text("20240202120000_third.sql")
            .ends_with("-- DOWN\n-- Nothing: it was empty in diesel\n\n-- nothing to undo\n")
    );
    assert_eq!(project.finish().await, ["20240201120000_second-one", "20240202120000_third"]);
    assert_eq!(project.revert_all().await.len(), 3);
    assert_eq!(project.tables().await, ["t_c"]);
}

#[tokio::test]
async fn sea_orm() {
    let project = Project::new(&[
        ("src/lib.rs", "mod m20220101_000001_first;"),
        ("src/m20220101_000001_first.rs", "code"),
        ("src/m20220102_000002_second.rs", "code"),
    ])
    .await;
    project.exec("CREATE TABLE seaql_migrations (version VARCHAR PRIMARY KEY, applied_at BIGINT NOT NULL); INSERT INTO seaql_migrations VALUES ('m20220101_000001_first', 1683356889), ('m20220102_000002_second', 1683356890)").await;
    assert_eq!(project.adopt(Tool::SeaOrm).await, ["20220101000001_first", "20220102000002_second"]);
    let at: DateTime<Utc> = "2023-05-06T07:08:09Z".parse().unwrap();
    assert_eq!(project.status().await.migrations[0].applied_at, Some(at));
    assert!(
        project.text("src/20220101000001_first.sql").starts_with("-- Nothing: sea-orm has applied it as Rust code")
    );
    assert!(project.finish().await.is_empty());
}
