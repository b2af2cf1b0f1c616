//! What holds for every tool.

use super::*;

fn order<'a>(source: &'a Path, target: &'a Path) -> Import<'a> {
    Import {
        from: None,
        source,
        target,
        dialect: Dialect::Sqlite,
        table: None,
        history: None,
        is_compiled: false,
        is_dry: false,
    }
}

#[tokio::test]
async fn originals_stay() {
    let project = Project::new(&[("1_a.sql", "SELECT 1;")]).await;
    let old = project.path("old");
    for target in [old.clone(), old.join("new"), project.directory.path().to_owned()] {
        let refusal = import_files(&order(&old, &target)).unwrap_err();
        assert!(refusal.message.contains("is where the originals are"), "{refusal}");
    }
    assert_eq!(fs::read_dir(&old).unwrap().count(), 1);
}

#[tokio::test]
async fn without_a_database_there_are_files() {
    let project = Project::new(&[("1_a.sql", "CREATE TABLE t_a (id INTEGER);")]).await;
    let imported = import_files(&order(&project.path("old"), &project.path("new"))).unwrap();
    assert_eq!((imported.tool, &imported.adoption, imported.is_complete()), (Tool::Sqlx, &Adoption::NotAsked, true));
    let imported = project.import(None).await;
    assert_eq!(imported.adoption, Adoption::NoTable("_sqlx_migrations".to_owned()));
    assert_eq!(project.finish().await, ["1_a"]);
}

#[tokio::test]
async fn what_the_loader_refuses_is_said_with_its_place() {
    let project = Project::new(&[("1_a.sql", "CREATE TABLE t_a (id INTEGER);\nSELECT 'open;\n")]).await;
    let imported = project.import(None).await;
    let problems = imported.problems.as_deref().unwrap();
    assert!(problems.contains("1_a.sql:3:8"), "{problems}");
    assert!(!imported.is_complete());
    project.write("new/1_a.sql", "-- Irreversible: why\nCREATE TABLE t_a (id INTEGER);\n");
    let imported = project.import(None).await;
    assert_eq!((imported.files[0].fate, imported.is_complete()), (Fate::Kept, true), "{imported}");
}

#[tokio::test]
async fn a_tool_is_told_by_its_files_and_else_asked_for() {
    let project = Project::new(&[("1_a.up.sql", "SELECT 1;"), ("1_a.down.sql", "SELECT 1;")]).await;
    let refusal = import_files(&order(&project.path("old"), &project.path("new"))).unwrap_err();
    assert!(refusal.to_string().contains("may be of `sqlx` or `golang-migrate`"), "{refusal}");
    project.write("go.mod", "require github.com/golang-migrate/migrate/v4 v4.17.0");
    let imported = import_files(&order(&project.path("old"), &project.path("new"))).unwrap();
    assert_eq!(imported.tool, Tool::GolangMigrate);

    let empty = Project::new(&[("notes.txt", "")]).await;
    let refusal = import_files(&order(&empty.path("old"), &empty.path("new"))).unwrap_err();
    assert!(refusal.message.contains("there are no migrations that we know"), "{refusal}");
    assert!("sqlx".parse::<Tool>().is_ok() && "sqlxx".parse::<Tool>().is_err());
}

#[test]
fn the_report_reads_as_a_person_reads_it() {
    let place = |name: &str| PathBuf::from(name);
    let file = |id: &str, fate| File {
        path: place(&format!("new/{id}.sql")),
        id: id.to_owned(),
        original: format!("old/{id}.sql"),
        fate,
    };
    let imported = Imported {
        dry_run: false,
        tool: Tool::Goose,
        files: vec![file("1_a", Fate::Written), file("2_b", Fate::Kept)],
        left: vec![Left::file("old/3_c.go", "it is Go code, and not applied yet", "write it again").at(2)],
        problems: None,
        adoption: Adoption::Refused(vec!["`old/1_a.sql` has changed since goose applied it".to_owned()]),
    };
    insta::assert_snapshot!("report", imported.to_string());
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&imported).unwrap());
}
