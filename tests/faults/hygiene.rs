//! What a migration, its code or its hooks do to their session reaches neither the next migration, nor the history, nor
//! the application's pool.

use std::process::Command;

use sqlx::AssertSqlSafe;
use uno_migrate::{Context, Dialect, ErrorKind, Migration, hook_fn};
use uno_migrate_test_servers::Kind;

use crate::kit::{Ask, ids, migrator, table};
use crate::support::{TestDatabase, each_database, mysql, postgres};

/// Host, port, user, password and database of a url.
fn parts(url: &str) -> [String; 5] {
    let (_, rest) = url.split_once("://").unwrap();
    let (user, rest) = rest.split_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let (host, port) = address.split_once(':').unwrap();
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    [host, port, user, password, name].map(str::to_owned)
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn pg_dump(db: &TestDatabase<sqlx::Postgres>) -> String {
    let [host, port, user, _, name] = parts(db.url());
    let mut dump = Command::new(Kind::Postgres.program("pg_dump").unwrap());
    dump.args(["--inserts", "--no-owner", "-h", &host, "-p", &port, "-U", &user, &name]);
    output(&mut dump)
}

/// The commands to psql around a dump, which its newer versions write.
fn without_commands(dump: &str) -> String {
    dump.lines().filter(|line| !line.starts_with('\\')).map(|line| format!("{line}\n")).collect()
}

#[tokio::test]
async fn postgres_a_real_dump_is_a_baseline() {
    let old = postgres().await;
    old.exec(
        "CREATE SCHEMA app;
         CREATE TABLE app.users (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x;y', made TIMESTAMPTZ DEFAULT now());
         CREATE TABLE posts (id INT PRIMARY KEY, author BIGINT REFERENCES app.users, body TEXT);
         CREATE INDEX posts_author ON posts (author);
         CREATE VIEW named AS SELECT u.name, p.body FROM app.users u JOIN posts p ON p.author = u.id;
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := NEW.body || ';'; RETURN NEW; END $$;
         CREATE TRIGGER touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
         COMMENT ON TABLE posts IS 'written; read';
         INSERT INTO app.users (name) VALUES ('Ada'), (E'back\\\\slash');
         INSERT INTO posts VALUES (1, 1, 'it''s; -- DOWN')",
    )
    .await;
    let dump = pg_dump(&old);
    assert!(dump.contains("SELECT pg_catalog.set_config('search_path', '', false);"), "{dump}");
    for header in ["", "-- Transaction: none\n"] {
        let new = postgres().await;
        let baseline = format!("{header}{}", without_commands(&dump));
        let set = migrator([
            Migration::sql("1_baseline", baseline, "DROP SCHEMA app CASCADE; DROP TABLE posts; DROP FUNCTION touch()"),
            table("2_after"),
            Migration::sql("3_rows", "INSERT INTO after (id) SELECT id FROM posts", "DELETE FROM after"),
        ]);
        let application = new.pool_of_one().await;
        assert_eq!(ids(&set.run(&application).await.unwrap()), ["1_baseline", "2_after", "3_rows"]);
        let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(&application).await.unwrap();
        assert_eq!(path, "\"$user\", public");
        assert_eq!(new.texts("SELECT name || ' ' || body FROM named").await, ["Ada it's; -- DOWN"]);
        assert_eq!(new.number("SELECT id FROM after").await, 1);
        let tables: Vec<String> = new.tables().await;
        assert!(tables.contains(&"uno_migrations".to_owned()) && tables.contains(&"after".to_owned()), "{tables:?}");
        assert!(set.run(&application).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn postgres_a_dump_with_commands_to_psql_says_so() {
    let db = postgres().await;
    let dump = format!("\\restrict x1\n{}\\unrestrict x1\n", without_commands(&pg_dump(&db)));
    let error =
        migrator([Migration::sql("1_baseline", dump, "-- Nothing: it stays\n")]).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    println!("{error}");
    assert!(error.to_string().contains("`\\restrict` is a command of psql"), "{error}");
}

#[tokio::test]
async fn mysql_a_real_dump_is_a_baseline() {
    let old = mysql().await;
    old.exec(
        "CREATE TABLE users (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'x;y');
         CREATE TABLE posts (id INT PRIMARY KEY, author BIGINT, body TEXT, FOREIGN KEY (author) REFERENCES users (id));
         CREATE VIEW named AS SELECT u.name, p.body FROM users u JOIN posts p ON p.author = u.id;
         INSERT INTO users (name) VALUES ('Ada'), ('back\\\\slash');
         INSERT INTO posts VALUES (1, 1, 'it''s; -- DOWN')",
    )
    .await;
    let [host, port, user, password, name] = parts(old.url());
    let mut dump = Command::new(Kind::MySql.program("mariadb-dump").unwrap());
    dump.arg("--no-defaults").args(["-h", &host, "-P", &port, "-u", &user, &format!("-p{password}"), &name]);
    let dump = output(&mut dump);
    assert!(
        dump.contains("SET NAMES") && dump.contains("LOCK TABLES") && dump.contains("FOREIGN_KEY_CHECKS=0"),
        "{dump}"
    );
    let new = mysql().await;
    let down = "DROP VIEW named; DROP TABLE posts; DROP TABLE users";
    let set = migrator([
        Migration::sql("1_baseline", dump, down),
        table("2_after"),
        Migration::sql("3_rows", "INSERT INTO after (id) SELECT id FROM posts", "DELETE FROM after"),
    ]);
    assert_eq!(ids(&set.run(new.pool()).await.unwrap()), ["1_baseline", "2_after", "3_rows"]);
    assert_eq!(new.texts("SELECT CONCAT(name, ' ', body) FROM named").await, ["Ada it's; -- DOWN"]);
    assert_eq!(new.standing().await, ["1_baseline applied", "2_after applied", "3_rows applied"]);
    assert_eq!(ids(&set.all().revert(new.pool()).await.unwrap()), ["3_rows", "2_after", "1_baseline"]);
}

#[tokio::test]
async fn mysql_settings_variables_and_locks() {
    let db = mysql().await;
    let other = format!("{}_other", parts(db.url())[4]);
    db.exec(&format!("CREATE DATABASE {other}")).await;
    let changes = format!(
        "-- Transaction: none\n\
         SET foreign_key_checks = 0, unique_checks = 0, @left_over = 7, time_zone = '+05:00', auto_increment_increment = 9;\n\
         SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;\n\
         DO GET_LOCK('left_over', 0);\n\
         PREPARE left_over FROM 'SELECT 1';\n\
         SET ROLE NONE;\n\
         USE {other};"
    );
    let look = "CREATE TABLE found AS SELECT @@foreign_key_checks AS fk, @@unique_checks AS uk, COALESCE(@left_over, 0) AS v, \
                @@auto_increment_increment AS inc, COALESCE(IS_USED_LOCK('left_over'), 0) AS held";
    let set = migrator([
        Migration::sql("1_a", changes, "-- Nothing: settings\n"),
        Migration::sql("2_b", look, "DROP TABLE found"),
    ]);
    assert_eq!(set.run(db.pool()).await.unwrap().len(), 2);
    assert_eq!(
        db.number("SELECT CAST(fk * 10000 + uk * 1000 + v * 100 + inc * 10 + held AS SIGNED) FROM found").await,
        11010
    );
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
    db.exec(&format!("DROP DATABASE {other}")).await;
}

/// What disturbs the session of each database, and what still works only if that did not last.
fn disturbance(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::Postgres => {
            ("SET search_path = pg_catalog; CREATE TEMP TABLE a (id INT)", "INSERT INTO public.b (id) SELECT id FROM a")
        }
        Dialect::MySql => ("SET sql_mode = 'ANSI_QUOTES'", "INSERT INTO b (id, note) VALUES (1, \"text\")"),
        Dialect::Sqlite => (
            "PRAGMA case_sensitive_like = ON",
            "INSERT INTO b (id) SELECT CASE WHEN 'A' LIKE 'a' THEN 1 ELSE json('no') END",
        ),
    }
}

each_database! {
    async fn what_a_hook_changes_ends_with_its_migration(db) {
        let (disturb, needs_rest) = disturbance(<TestDatabase<Db> as Ask>::DIALECT);
        let set = migrator([table("1_a"), table("2_b"), Migration::sql("3_c", "DELETE FROM a", "-- Nothing: rows\n"), Migration::sql("4_d", needs_rest, "DELETE FROM b")]);
        let disturbed = set.after_each(hook_fn(move |ctx: &mut Context<'_>| {
            let is_third = ctx.migration().id.as_str() == "3_c";
            Box::pin(async move {
                if is_third { ctx.execute(AssertSqlSafe(disturb)).await.map(drop) } else { Ok(()) }
            })
        }));
        assert_eq!(ids(&disturbed.run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c", "4_d"]);
        assert_eq!(db.standing().await.len(), 4);
    }
}

#[tokio::test]
async fn sqlite_in_memory_what_is_attached_or_set_does_not_stay_with_the_pool() {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let number = async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.unwrap();
    let settings = "SELECT cache_size * 10 + (SELECT temp_store FROM pragma_temp_store) FROM pragma_cache_size";
    let before = number(settings).await;
    let changes = "-- Transaction: none\nATTACH ':memory:' AS other;\nCREATE TABLE other.t (id INT);\nPRAGMA cache_size = 77;\nPRAGMA temp_store = 2;";
    let set = migrator([Migration::sql("1_a", changes, "-- Nothing: settings\n"), table("2_b")]);
    assert_eq!(set.run(&pool).await.unwrap().len(), 2);
    assert_eq!(number("SELECT count(*) FROM pragma_database_list WHERE name = 'other'").await, 0);
    assert_eq!(number(settings).await, before);
}
