//! Where the history lives: schemas, tables, namespaces.

use sqlx::postgres::PgConnectOptions;
use sqlx::{PgPool, Postgres};
use uno_migrate::{Context, ErrorKind, Migration};

use crate::kit::{Ask, abc, ids, migrator, table};
use crate::support::{TestDatabase, each_database, mysql, postgres, sqlite};

each_database! {
    async fn any_name_is_quoted(db) {
        for (number, name) in ["it's \"quoted\"", "back`tick", "a; DROP TABLE x; --", "größe 表 😀", "select", r"back\slash", "$1 {} %s"].into_iter().enumerate() {
            let set = || migrator([table(&format!("1_t{number}"))]).table(name).namespace(name);
            if db.is_mysql() && name.contains('😀') {
                continue; // MySQL's identifiers have no characters beyond the basic plane.
            }
            set().run(db.pool()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(db.tables().await.contains(&name.to_owned()), "{name}: {:?}", db.tables().await);
            assert!(set().run(db.pool()).await.unwrap().is_empty());
            set().validate(db.pool()).await.unwrap();
            set().revert(db.pool()).await.unwrap();
            assert_eq!(set().status(db.pool()).await.unwrap().pending(), 1);
        }
    }

    async fn impossible_names_are_refused(db) {
        let long = "x".repeat(64);
        for name in ["", "a\0b", &long] {
            for set in [abc().table(name), abc().schema(name), abc().namespace(name)] {
                let error = set.run(db.pool()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert_eq!(error.remedy(), Some("give 1 to 63 bytes without NUL"));
            }
        }
        abc().namespace("x".repeat(63)).run(db.pool()).await.unwrap();
    }

    async fn namespaces_share_a_table_and_nothing_else(db) {
        let billing = || migrator([Migration::sql("1_a", "CREATE TABLE billing_a (id INT)", "DROP TABLE billing_a")]).namespace("billing");
        abc().run(db.pool()).await.unwrap();
        assert_eq!(billing().status(db.pool()).await.unwrap().pending(), 1);
        let report = billing().on_ahead(uno_migrate::Policy::Error).run(db.pool()).await.unwrap();
        assert_eq!(ids(&report), ["1_a"]);
        assert_eq!(report.migrations[0].namespace, "billing");
        assert_eq!(abc().status(db.pool()).await.unwrap().migrations.len(), 3);
        assert_eq!(ids(&abc().all().revert(db.pool()).await.unwrap()), ["3_c", "2_b", "1_a"]);
        assert_eq!(billing().status(db.pool()).await.unwrap().pending(), 0);
        assert_eq!(db.tables().await, ["billing_a", "uno_migrations"]);
        // `Billing` is another namespace, on every database.
        assert_eq!(billing().namespace("Billing").status(db.pool()).await.unwrap().pending(), 1);
    }

    async fn blanks_at_the_end_count(db) {
        let set = |namespace: &str, name: &str| migrator([table(&format!("1_{name}"))]).namespace(namespace.to_owned());
        for (namespace, name) in [("n", "a"), ("n ", "a_2"), ("N", "a_3"), ("n\t", "a_4"), ("é", "a_5"), ("e\u{301}", "a_6")] {
            assert_eq!(ids(&set(namespace, name).run(db.pool()).await.unwrap()), [format!("1_{name}")], "{namespace:?}");
        }
        let same = |namespace| migrator([Migration::sql("1_a", "CREATE TABLE again (id INT)", "DROP TABLE again")]).namespace(namespace);
        assert_eq!(ids(&same("n ").on_ahead(uno_migrate::Policy::Allow).run(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(same("n ").on_ahead(uno_migrate::Policy::Allow).status(db.pool()).await.unwrap().pending(), 0);
        assert_eq!(set("n", "a").status(db.pool()).await.unwrap().pending(), 0);
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE namespace = 'n'").await, 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE namespace = 'n '").await, 2);
    }

    async fn a_schema_that_does_not_exist_is_said(db) {
        let error = abc().schema("nowhere").run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History);
        let remedy = error.remedy().unwrap();
        let first = match Ask::is_sqlite(&db) {
            true => "attach a database as \"nowhere\" in `on_connect` first",
            false => "create it with `CREATE ",
        };
        assert!(remedy.contains("if there is no schema `nowhere` yet") && remedy.contains(first), "{error}");
        assert!(db.tables().await.is_empty());
    }

    async fn a_table_that_is_no_history_is_said(db) {
        db.exec("CREATE TABLE uno_migrations (id INT)").await;
        let error = abc().run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::History, "the history could not be read"));
        assert!(error.remedy().is_some_and(|help| help.contains("table(")), "{error}");
    }

    async fn rows_that_nobody_can_read_are_said(db) {
        abc().run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET status = 'odd' WHERE id = '2_b'").await;
        let error = abc().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History);
        assert!(error.to_string().contains("unknown status `odd`"), "{error}");
    }

    async fn a_row_of_a_newer_format_stays_one(db) {
        let up = "-- Transaction: none\nUPDATE uno_migrations SET format = 2;\nCREATE TABLE a (id INT);";
        migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap();
        assert_eq!(db.texts("SELECT status FROM uno_migrations").await, ["applied"]);
        assert_eq!(db.number("SELECT format FROM uno_migrations").await, 2);
    }

    async fn a_history_of_a_newer_format_is_refused(db) {
        abc().run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET format = 2 WHERE id = '2_b'").await;
        let error = abc().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History);
        assert!(error.to_string().contains("format 2"), "{error}");
    }
}

#[tokio::test]
async fn postgres_a_schema_of_its_own() {
    let db = postgres().await;
    db.exec("CREATE SCHEMA \"a \"\"b\"\"\"").await;
    let set = || abc().schema("a \"b\"");
    set().run(db.pool()).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    assert_eq!(db.history_in("\"a \"\"b\"\"\".uno_migrations", "id").await, ["1_a", "2_b", "3_c"]);
    assert!(set().run(db.pool()).await.unwrap().is_empty());
    assert_eq!(set().all().revert(db.pool()).await.unwrap().len(), 3);
}

async fn with_search_path(db: &TestDatabase<Postgres>, path: &str) -> PgPool {
    let options: PgConnectOptions = db.url().parse().unwrap();
    PgPool::connect_with(options.options([("search_path", path)])).await.unwrap()
}

#[tokio::test]
async fn postgres_tenants_by_search_path_have_a_history_each() {
    let db = postgres().await;
    for tenant in ["one", "two"] {
        db.exec(&format!("CREATE SCHEMA {tenant}")).await;
        let pool = with_search_path(&db, tenant).await;
        assert_eq!(abc().status(&pool).await.unwrap().pending(), 3);
        abc().run(&pool).await.unwrap();
        assert_eq!(db.history_in(&format!("{tenant}.uno_migrations"), "status").await, ["applied"; 3]);
        pool.close().await;
    }
    assert_eq!(abc().status(db.pool()).await.unwrap().pending(), 3);
}

#[tokio::test]
async fn postgres_a_tenant_before_a_shared_history_says_so() {
    let db = postgres().await;
    abc().run(db.pool()).await.unwrap();
    db.exec("CREATE SCHEMA one").await;
    let pool = with_search_path(&db, "one,public").await;
    assert_eq!(abc().run(&pool).await.unwrap_err().kind(), ErrorKind::History);
    assert!(abc().schema("public").run(&pool).await.unwrap().is_empty());
    let tenant = || abc().schema("one");
    assert_eq!(tenant().run(&pool).await.unwrap().len(), 3);
    assert_eq!(db.history_in("one.uno_migrations", "status").await, ["applied"; 3]);
    assert!(abc().run(&pool).await.unwrap().is_empty(), "it has a history of its own now");
    pool.close().await;
}

#[tokio::test]
async fn postgres_a_history_does_not_move_with_the_first_schema() {
    let db = postgres().await;
    let user = db.texts("SELECT current_user::text").await.remove(0);
    let set = || {
        let schema =
            Migration::sql("2_s", format!("CREATE SCHEMA \"{user}\""), format!("DROP SCHEMA \"{user}\"").as_str());
        migrator([table("1_a"), schema])
    };
    let pool = with_search_path(&db, "\"$user\",public").await;
    set().run(&pool).await.unwrap();
    for error in [
        set().run(&pool).await.unwrap_err(),
        set().status(&pool).await.unwrap_err(),
        set().revert(&pool).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::History);
        let message = format!(
            "the schema `{user}` has no `uno_migrations`, but `public`, which comes later in the search path, has one"
        );
        assert_eq!(error.message(), message);
        assert!(error.remedy().unwrap().contains("`.schema(\"public\")`"), "{error}");
    }
    assert!(set().schema("public").run(&pool).await.unwrap().is_empty());
    assert_eq!(set().schema("public").all().revert(&pool).await.unwrap().len(), 2);
    pool.close().await;
}

#[tokio::test]
async fn postgres_without_a_schema_there_is_no_place_for_a_history() {
    let db = postgres().await;
    let pool = with_search_path(&db, "").await;
    let error = abc().run(&pool).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::History, "the connection has no schema to keep the history in")
    );
}

#[tokio::test]
async fn mysql_another_database_keeps_the_history() {
    let db = mysql().await;
    let other = format!("{}_h", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE DATABASE {other}")).await;
    let set = || abc().schema(other.as_str());
    set().run(db.pool()).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    assert!(set().run(db.pool()).await.unwrap().is_empty());
    set().all().revert(db.pool()).await.unwrap();
    db.exec(&format!("DROP DATABASE {other}")).await;
}

#[tokio::test]
async fn sqlite_an_attached_database_keeps_the_history() {
    let db = sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db").display().to_string();
    let set = || {
        let path = path.clone();
        abc().schema("app").on_connect(uno_migrate::hook_fn(move |ctx: &mut Context<'_>| {
            let path = path.clone();
            Box::pin(async move {
                let attached = ctx.fetch_all("SELECT name FROM pragma_database_list WHERE name = 'app'").await?;
                match attached.is_empty() {
                    true => ctx.execute_with("ATTACH DATABASE $1 AS app", (path,)).await.map(drop),
                    false => uno_migrate::Result::Ok(()),
                }
            })
        }))
    };
    set().run(db.pool()).await.unwrap();
    assert_eq!(db.tables().await, ["a", "b", "c"]);
    assert!(set().run(db.pool()).await.unwrap().is_empty());
    assert_eq!(set().all().revert(db.pool()).await.unwrap().len(), 3);
}
