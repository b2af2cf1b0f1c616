//! goose, dbmate, golang-migrate, Flyway, Uno.

use super::*;

#[tokio::test]
async fn goose() {
    let first = "-- what it is for\n-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE t_a (id INTEGER);\n-- +goose StatementEnd\n\n-- +goose Down\nDROP TABLE t_a;\n";
    let project = Project::new(&[
        ("00001_first.sql", first),
        ("00002_second.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE t_b (id INTEGER);\nVACUUM;\n-- +goose Down\nDROP TABLE t_b;\n"),
        ("00003_third.sql", "-- +goose Up\n-- +goose ENVSUB ON\nCREATE TABLE t_c (id INTEGER);\n-- +goose Down\nDROP TABLE t_c;\n"),
    ])
    .await;
    project.exec("CREATE TABLE t_a (id INTEGER); CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now'))); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1), (2, 0)").await;
    let imported = project.import(None).await;
    assert_eq!((imported.left[0].line, imported.left.len()), (Some(2), 1), "{imported}");
    assert!(
        matches!(&imported.adoption, Adoption::Done { recorded, .. } if recorded == &["00001_first"]),
        "{imported}"
    );
    assert_eq!(
        project.text("00001_first.sql"),
        "-- what it is for\nCREATE TABLE t_a (id INTEGER);\n\n-- DOWN\n\nDROP TABLE t_a;\n"
    );
    assert!(project.text("00002_second.sql").starts_with("-- Transaction: none\nCREATE TABLE"));
    assert_eq!(project.finish().await, ["00002_second", "00003_third"]);
    assert_eq!(project.revert_all().await, ["00003_third", "00002_second", "00001_first"]);
    assert!(project.tables().await.is_empty());
}

#[tokio::test]
async fn dbmate() {
    let project = Project::new(&[
        ("20200227231541_first.sql", "-- migrate:up\nCREATE TABLE t_a (id INTEGER);\n\n-- migrate:down\nDROP TABLE t_a;\n"),
        ("20200228231541_second.sql", "-- migrate:up transaction:false\nCREATE TABLE t_b (id INTEGER);\nVACUUM;\n-- migrate:down\nDROP TABLE t_b;\n"),
    ])
    .await;
    project.exec("CREATE TABLE t_a (id INTEGER); CREATE TABLE schema_migrations (version varchar(128) primary key); INSERT INTO schema_migrations VALUES ('20200227231541')").await;
    assert_eq!(project.adopt(Tool::Dbmate).await, ["20200227231541_first"]);
    assert!(project.text("20200228231541_second.sql").starts_with("-- Transaction: none\nCREATE TABLE"));
    assert_eq!(project.finish().await, ["20200228231541_second"]);
    assert_eq!(project.revert_all().await.len(), 2);
    assert!(project.tables().await.is_empty());
}

#[tokio::test]
async fn golang_migrate() {
    let files = [
        ("1_first.up.sql", "BEGIN;\n\nCREATE TABLE t_a (id INTEGER);\n\nCOMMIT;\n"),
        ("1_first.down.sql", "DROP TABLE t_a;\n"),
        ("2_second.up.sql", "CREATE TABLE t_b (id INTEGER);\n"),
        ("2_second.down.sql", "DROP TABLE t_b;\n"),
        ("10_third.up.sql", "CREATE TABLE t_c (id INTEGER);\n"),
        ("10_third.down.sql", "DROP TABLE t_c;\n"),
    ];
    let project = Project::new(&files).await;
    project.exec("CREATE TABLE t_a (id INTEGER); CREATE TABLE t_b (id INTEGER); CREATE TABLE schema_migrations (version uint64, dirty bool); INSERT INTO schema_migrations VALUES (2, 0)").await;
    // Pairs may be sqlx's: the table tells.
    assert_eq!(project.adopt(Tool::GolangMigrate).await, ["1_first", "2_second"]);
    assert_eq!(project.text("1_first.sql"), "CREATE TABLE t_a (id INTEGER);\n\n-- DOWN\n\nDROP TABLE t_a;\n");
    assert_eq!(project.finish().await, ["10_third"]);
    assert_eq!(project.revert_all().await.len(), 3);
    assert!(project.tables().await.is_empty());

    let project = Project::new(&files).await;
    project
        .exec(
            "CREATE TABLE schema_migrations (version uint64, dirty bool); INSERT INTO schema_migrations VALUES (2, 1)",
        )
        .await;
    let imported = project.import(Some(Tool::GolangMigrate)).await;
    assert!(matches!(&imported.adoption, Adoption::Refused(doubts) if doubts.len() == 1), "{imported}");
}

const FLYWAY: &str = "CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')), execution_time INT NOT NULL, success BOOLEAN NOT NULL);";

#[tokio::test]
async fn flyway() {
    let first = "CREATE TABLE t_a (id INTEGER);\n";
    let project = Project::new(&[
        ("V1.2__first.sql", first),
        ("U1.2__first.sql", "DROP TABLE t_a;\n"),
        ("deep/V1.10__second.sql", "CREATE TABLE t_b (id INTEGER);\n"),
        ("V2__third.sql", "CREATE TABLE t_c (id INTEGER);\n-- ${who}\n"),
        ("R__views.sql", "CREATE VIEW v AS SELECT 1;\n"),
    ])
    .await;
    let checksum = tools::checksums::crc32(first);
    project.exec(&format!("{FLYWAY} {first} INSERT INTO flyway_schema_history VALUES (1, '1.2', 'first', 'SQL', 'V1.2__first.sql', {checksum}, 'me', '2023-05-06 07:08:09.000', 12, 1)")).await;
    let imported = project.import(Some(Tool::Flyway)).await;
    assert!(matches!(&imported.adoption, Adoption::Done { recorded, .. } if recorded == &["102_first"]), "{imported}");
    let places: Vec<_> = imported.left.iter().map(|left| (left.place.rsplit('/').next().unwrap(), left.line)).collect();
    assert_eq!(places, [("R__views.sql", None), ("V2__third.sql", Some(2))]);
    assert_eq!(project.text("102_first.sql"), "CREATE TABLE t_a (id INTEGER);\n\n-- DOWN\n\nDROP TABLE t_a;\n");
    assert_eq!(project.finish().await, ["110_second", "200_third"]);

    project.exec("UPDATE flyway_schema_history SET checksum = 5").await;
    assert!(matches!(project.import(Some(Tool::Flyway)).await.adoption, Adoption::Refused(_)));
}

#[tokio::test]
async fn a_baseline_of_flyways_stands_for_what_came_before() {
    let project = Project::new(&[
        ("V1__first.sql", "CREATE TABLE t_a (id INTEGER);\n"),
        ("V2__second.sql", "CREATE TABLE t_b (id INTEGER);\n"),
        ("V3__third.sql", "CREATE TABLE t_c (id INTEGER);\n"),
    ])
    .await;
    project.exec(&format!("{FLYWAY} INSERT INTO flyway_schema_history VALUES (1, '2', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'me', '2023-05-06 07:08:09', 0, 1)")).await;
    assert_eq!(project.adopt(Tool::Flyway).await, ["1_first", "2_second"]);
    assert_eq!(project.finish().await, ["3_third"]);
}

#[tokio::test]
async fn uno() {
    let project = Project::new(&[
        (
            "core/1616720000_first.sql",
            "-- Migration: First\nCREATE TABLE t_a (id INTEGER);\n\n-- DOWN\n\nDROP TABLE t_a;\n",
        ),
        ("auth/1616721123_second.py", "async def up(context): ..."),
        (
            "auth/1616723456_third.sql",
            "-- Dependencies: 1616721123_second\nCREATE TABLE t_c (id INTEGER);\n-- DOWN\nDROP TABLE t_c;\n",
        ),
    ])
    .await;
    project.exec("CREATE TABLE t_a (id INTEGER); CREATE TABLE uno_migrations (id VARCHAR(255) PRIMARY KEY, name VARCHAR(255) NOT NULL, applied_at TIMESTAMP NOT NULL, version VARCHAR(255), checksum VARCHAR(255), description TEXT, tags TEXT, metadata TEXT); INSERT INTO uno_migrations (id, name, applied_at) VALUES ('1616720000_first', 'First', '2023-05-06T07:08:09+00:00'), ('1616721123_second', 'Second', '2023-05-06T07:08:10.5+00:00')").await;
    let error = project.try_import(None).await.unwrap_err().to_string();
    assert!(error.contains("the name that ours would have"), "{error}");

    let (source, target) = (project.path("old"), project.path("new"));
    let order = Import {
        from: None,
        source: &source,
        target: &target,
        dialect: Dialect::Sqlite,
        table: None,
        history: Some("migrations"),
        is_compiled: false,
        is_dry: false,
    };
    let migrator = project.migrator().table("migrations");
    let imported = import(&order, &migrator, &project.pool).await.unwrap();
    assert!(matches!(&imported.adoption, Adoption::Done { recorded, .. } if recorded.len() == 2), "{imported}");
    assert!(!import(&order, &migrator, &project.pool).await.unwrap().has_changed());
    assert_eq!(
        project.text("core/1616720000_first.sql"),
        "-- Migration: First\nCREATE TABLE t_a (id INTEGER);\n\n-- DOWN\n\nDROP TABLE t_a;\n"
    );
    let report = migrator.run(&project.pool).await.unwrap();
    assert_eq!(ids(&report), ["1616723456_third"]);
}
