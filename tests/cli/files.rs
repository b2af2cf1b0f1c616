//! The commands that make and convert files.

use std::fs;
use std::path::Path;

use crate::kit::{Desk, assert_answer};
use crate::support::sqlite;

/// The paths below a directory, sorted.
fn below(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match path.is_dir() {
            true => found.extend(below(&path).into_iter().map(|deep| format!("{name}/{deep}"))),
            false => found.push(name),
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_migration_is_an_error_until_it_is_written() {
    let desk = Desk::new(None);
    let made = desk.command(["create", "billing/add invoices", "--depends", "last"]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = String::from_utf8(made.stdout).unwrap();
    let path = path.trim();
    assert!(path.starts_with("migrations/billing/") && path.ends_with("_add_invoices.sql"), "{path}");
    let text = fs::read_to_string(desk.path(path)).unwrap();
    assert!(text.contains("-- Dependencies: 1616725789_create_posts_table\n"), "{text}");
    let refused = desk.types("graph");
    assert_eq!((refused.code, refused.err.matches("section is empty\n").count()), (1, 2), "{refused:?}");
    let suggested = desk.types("create more");
    assert!(suggested.err.starts_with("if it builds on `"), "{suggested:?}");
    assert_answer!(
        "create",
        desk.transcript(&[
            "create !",
            "create more --type python",
            "create more --depends 1616725789_create_post_table",
            "create more --type rust --dialects sqlite",
            "create more --dialects oracle",
            "create more --template nowhere.sql",
        ])
    );
}

#[test]
fn a_project_is_prepared_once() {
    let desk = Desk::of("empty", None);
    desk.write("Cargo.toml", "[package]\nname = \"a\"\n");
    let first = desk.types("init");
    assert_eq!(first.code, 0, "{first:?}");
    assert_eq!(below(&desk.path(""))[..3], [".gitattributes", "Cargo.toml", "build.rs"]);
    assert!(first.out.contains("embed_migrations!(\"./migrations\")"), "{first:?}");
    assert_answer!("init_again", desk.transcript(&["init", "init -d /elsewhere"]));
}

#[test]
fn the_graph_in_every_format() {
    let desk = Desk::new(None);
    assert_answer!(
        "graph",
        desk.transcript(&["graph", "graph --format dot", "graph --format json", "status --format svg",])
    );
    let svg = desk.types("graph --format svg").out;
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
    assert!(!svg.contains(">pending<"), "nobody has asked a database: {svg}");
}

/// The drawing in the README is what the command draws of this repository's migrations.
#[tokio::test]
async fn the_drawing_in_the_documents_is_of_these_migrations() {
    let db = sqlite().await;
    let desk = Desk::of("own", Some(db.url().to_owned()));
    assert_eq!(desk.types("migrate --steps 4").code, 0);
    let drawn = desk.types("graph --format svg").out;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/graph.svg");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    assert!(fs::read_to_string(&path).is_ok_and(|kept| kept == drawn), "`cargo xtask bless` draws `{path:?}` anew");
    assert!(drawn.contains(">pending<") && desk.types("graph --format svg --offline").out != drawn);
}

#[test]
fn shells_and_manuals() {
    let desk = Desk::new(None);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.types(&format!("completions {shell}"));
        assert!(script.code == 0 && script.out.contains("rollback"), "{script:?}");
    }
    assert!(desk.types("man").out.contains("uno\\-migrate"));
    assert!(desk.types("man rollback").out.contains("Revert the last migration"));
    assert_eq!(desk.types("man nonsense").code, 2);
    assert!(Desk::of("app", None).types("db completions bash").err.contains("a part of another command line"));
}

#[tokio::test]
async fn a_project_of_another_tool_is_adopted() {
    let db = sqlite().await;
    let desk = Desk::of("empty", Some(db.url().to_owned()));
    desk.write("Cargo.toml", "sqlx = \"0.9\"");
    desk.write("migrations/1_first.up.sql", "CREATE TABLE first (id INTEGER);\n");
    desk.write("migrations/1_first.down.sql", "DROP TABLE first;\n");
    desk.write("migrations/2_second.sql", "CREATE TABLE second (id INTEGER);\n");
    desk.write("migrations/3_third.rs", "");
    let nothing = desk.types("import");
    assert!(nothing.code == 0 && nothing.out.contains("no table `_sqlx_migrations`"), "{nothing:?}");
    for statement in [
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL, \
         success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
        "INSERT INTO _sqlx_migrations VALUES (1, 'first', '2024-01-31 12:00:00', TRUE, X'00', 1)",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(db.pool()).await.unwrap();
    }
    let refused = desk.types("import");
    assert!(refused.code == 1 && refused.out.contains("has changed since sqlx applied it"), "{refused:?}");
    sqlx::query("CREATE TABLE first (id INTEGER)").execute(db.pool()).await.unwrap();
    // printf 'CREATE TABLE first (id INTEGER);\n' | sha384sum
    let checksum = include_str!("first.sha384").trim();
    let update = format!("UPDATE _sqlx_migrations SET checksum = X'{checksum}'");
    sqlx::query(sqlx::AssertSqlSafe(update)).execute(db.pool()).await.unwrap();
    assert_answer!(
        "import",
        desk.transcript(&[
            "import --dry-run",
            "import",
            "import",
            "status -d migrations-uno",
            "migrate -d migrations-uno",
            "import -d migrations",
            "import --from sqlxx",
            "import --source nowhere",
            "import --format json",
        ])
    );
    assert_eq!(below(&desk.path("migrations")), ["1_first.down.sql", "1_first.up.sql", "2_second.sql", "3_third.rs"]);
}
