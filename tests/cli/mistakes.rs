//! Every message as whoever is woken at three reads it.

use uno_migrate::Dialect;

use crate::kit::{Desk, assert_answer};
use crate::support::{AnyDatabase, postgres, sqlite};

/// Without any database.
#[test]
fn what_is_wrong_is_said_with_a_way_out() {
    let desk = Desk::new(None);
    desk.write("code/1_a.rs", "");
    desk.write("broken/1_a.sql", "CREATE TABLE a (b INT);\n\n-- down\nDROP TABLE a;\n");
    desk.write("empty/README.md", "");
    assert_answer!(
        "mistakes",
        desk.transcript(&[
            "",
            "stats",
            "status",
            "status --database-url oracle://scott:tiger@host/db",
            "status --database-url localhost",
            "status --database-url postgresql+asyncpg://app:geheim@host/db",
            "status --database-url postgres://app:se/cret@host/db",
            "status --database-url mysql://app@host",
            "status --database-url sqlite:nowhere/app.db",
            "status --database-url sqlite:app.db -d nowhere",
            "status --database-url sqlite:app.db -d ./migration",
            "status --database-url sqlite:app.db -d code",
            "status --database-url sqlite:app.db -d broken",
            "status --database-url sqlite:app.db -d empty",
            "rollback --database-url sqlite:app.db",
            "status --database-url sqlite:app.db?mode=often",
            "status postgres://app:geheim@host/db",
            "migrate --target 1 --only 2",
            "migrate --steps 0",
            "migrate --lock-wait soon",
        ])
    );
    assert!(!desk.path("app.db").exists(), "looking made a database");
}

#[test]
fn a_server_that_is_down() {
    let desk = Desk::new(None);
    // Nobody listens on port 1.
    for url in ["postgres://app:geheim@127.0.0.1:1/db", "mysql://app:geheim@127.0.0.1:1/db"] {
        let down = desk.types(&format!("status --database-url {url}"));
        assert_eq!(down.code, 1, "{down:?}");
        let place = url.replace(":geheim", "");
        for part in
            ["error: cannot connect to the database", "cause: ", "refused", &format!("database: {place}"), "help: "]
        {
            assert!(down.err.contains(part), "no `{part}` in {}", down.err);
        }
        assert!(!down.err.contains("geheim"), "{}", down.err);
    }
}

/// What is wrong about a URL is what the help is about.
#[tokio::test]
async fn a_url_that_is_nearly_right() {
    for dialect in [Dialect::Postgres, Dialect::MySql] {
        let db = AnyDatabase::create(dialect).await;
        let (server, _) = db.url().rsplit_once('/').unwrap();
        let (scheme, host) =
            server.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit('@').next().unwrap())).unwrap();
        let desk = Desk::new(None);
        for (url, help) in [
            (format!("{server}/no_such_database"), "make the database first, or correct its name"),
            (format!("{scheme}://nobody:geheim@{host}/db"), "correct the user or the password"),
            (format!("{scheme}://app:geheim@no-such-host.invalid/db"), "correct the host"),
            (format!("{scheme}://app:geheim@127.0.0.1:1/db"), "nobody listens there"),
        ] {
            let refused = desk.types(&format!("status --database-url {url}"));
            assert!(refused.code == 1 && refused.err.contains(&format!("help: {help}")), "{url}: {refused:?}");
            assert!(!refused.err.contains("geheim"), "{refused:?}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_opened() {
    let refused = Desk::new(None).types("status --database-url sqlite:migrations");
    assert!(refused.code == 1 && refused.err.contains("help: see that it is a file"), "{refused:?}");
    let words = Desk::new(None);
    words.write("notes.txt", &"these are words\n".repeat(100));
    let refused = words.types("status --database-url sqlite:notes.txt");
    assert!(refused.code == 1 && refused.err.contains("file is not a database"), "{refused:?}");
}

#[test]
fn a_file_says_where_the_database_is() {
    let desk = Desk::new(None);
    desk.write(".env", "OTHER=1\nDATABASE_URL=\"sqlite:nowhere/app.db\"\n");
    let found = desk.types("status");
    assert!(found.err.contains("there is no directory `nowhere`"), "{found:?}");
    desk.write(".env", "DATABASE_URL=sqlite:app.db\n");
    assert_eq!(desk.types("migrate").code, 0);
    assert!(desk.path("app.db").exists());
    desk.write(".env", "this is \"no file of variables\n");
    let found = desk.types("status");
    assert!(found.err.contains("`.env` cannot be read"), "{found:?}");
}

#[tokio::test]
async fn somebody_who_may_not_write() {
    let db = postgres().await;
    let role = format!("reader_{}", std::process::id());
    for sql in
        [format!("CREATE ROLE {role} LOGIN PASSWORD 'geheim'"), "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned()]
    {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(db.pool()).await.unwrap();
    }
    let (_, rest) = db.url().split_once("://").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let desk = Desk::of("uno-migrate", Some(format!("postgres://{role}:geheim@{host}")));
    assert_eq!(desk.types("status --check").code, 3);
    assert_eq!(desk.types("plan").code, 0);
    let refused = desk.types("migrate");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("permission denied") && refused.err.contains("help: "), "{refused:?}");
    assert!(!refused.err.contains("geheim") && !refused.err.contains("direct_url"), "{refused:?}");
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(db.pool()).await.unwrap();
}

#[tokio::test]
async fn a_usage_error_is_a_document_as_well() {
    let db = sqlite().await;
    let refused = Desk::at(db.url()).types("migrate --target 1 --only 2 --format=json");
    assert_eq!((refused.code, refused.err.as_str()), (2, ""));
    let document: serde_json::Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!(document["error"]["kind"], "usage");
}

/// What explains a failure may be a warning.
#[test]
fn warnings_of_a_run_that_fails() {
    let desk = Desk::new(None);
    desk.write("migrations/1_a.sql", "CREATE TABLE a (b INT);\n\n-- DOWN\nDROP TABLE a;\n");
    assert_eq!(desk.types("migrate --database-url sqlite:app.db").code, 0);
    std::fs::rename(desk.path("migrations/1_a.sql"), desk.path("migrations/2_a.sql")).unwrap();
    let failed = desk.types("migrate --database-url sqlite:app.db");
    assert_eq!(failed.code, 1, "{failed:?}");
    let warned = failed.err.find("warning: migration `1_a` is applied and not in this set");
    assert!(warned.is_some() && warned < failed.err.find("error: migration `2_a`"), "{}", failed.err);
}
