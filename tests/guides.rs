//! Every example of Uno's two guides (`examples/guide`), on the three databases: applied over rows, reverted, and applied
//! again, with what it leaves behind.

mod support;

#[allow(dead_code, reason = "`main` is not called here")]
#[path = "../examples/guide/main.rs"]
mod guide;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use guide::MIGRATIONS;
use sqlx::AssertSqlSafe;
use support::each_database;
use uno_migrate::{Event, State};

const USERS: &str = "1616721123_create_users_table";
const ALL: usize = 12;

/// Ada and Bob, and enough others for three batches.
fn people() -> AssertSqlSafe<String> {
    let mut sql = "INSERT INTO users (id, username, email) VALUES
        (-5, 'Ada Lovelace!', ' Ada@Example.ORG '), (7, 'bob_the-builder', 'bob@example.org')"
        .to_owned();
    (1000..3000).for_each(|id| sql.push_str(&format!(", ({id}, 'user_{id}', 'user_{id}@example.org')")));
    AssertSqlSafe(sql)
}

/// Up to the table of users, and people in it.
macro_rules! begin {
    ($db:ident) => {
        MIGRATIONS.migrator().target(USERS).run($db.pool()).await.unwrap();
        sqlx::query::<Db>(people()).execute($db.pool()).await.unwrap();
    };
}

/// The value of a query.
macro_rules! value {
    ($db:ident, $type:ty, $sql:literal) => {
        sqlx::query_scalar::<Db, $type>($sql).fetch_one($db.pool()).await.unwrap()
    };
}

macro_rules! assert_effects {
    ($db:ident, people: $people:literal) => {
        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM settings"), 3);
        assert_eq!(value!($db, String, "SELECT value FROM settings WHERE name = 'items_per_page'"), "10");

        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM user_profiles"), $people);
        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM user_settings WHERE theme = 'light'"), $people);

        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM users WHERE status = 'active'"), $people);
        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM users WHERE display_name IS NOT NULL"), $people);

        assert_eq!(value!($db, String, "SELECT name FROM roles WHERE id = 1"), "admin");
        assert_eq!(value!($db, i64, "SELECT COUNT(*) FROM roles"), 2);
        for table in ["user_roles", "permissions", "role_permissions", "audit_logs", "audit_archive", "tags"]
            .into_iter()
            .chain(["product_tags", "article_tags", "user_tags", "category_tags"])
        {
            let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let rows: i64 = sqlx::query_scalar::<Db, _>(count).fetch_one($db.pool()).await.unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    };
}

each_database! {
    async fn every_example_is_applied_reverted_and_applied_again(db) {
        begin!(db);
        let report = MIGRATIONS.run(db.pool()).await.unwrap();
        assert_eq!((report.len(), report.already_applied), (ALL - 1, 1));
        assert_effects!(db, people: 2002);
        assert_eq!(value!(db, String, "SELECT slug FROM user_profiles WHERE user_id = -5"), "ada-lovelace");
        assert_eq!(value!(db, String, "SELECT email FROM users WHERE id = -5"), "ada@example.org");
        assert_eq!(value!(db, String, "SELECT email FROM users WHERE id = 7"), "bob@example.org");
        assert_eq!(value!(db, String, "SELECT display_name FROM users WHERE id = 7"), "Bob The Builder");
        assert_eq!(value!(db, String, "SELECT display_name FROM users WHERE id = 2999"), "User 2999");
        assert_eq!(MIGRATIONS.run(db.pool()).await.unwrap().len(), 0);

        // To the users and no further: the table and its people stay, and nothing else does.
        let report = MIGRATIONS.migrator().target(USERS).revert(db.pool()).await.unwrap();
        assert_eq!(report.len(), ALL - 1);
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM users"), 2002);
        assert!(sqlx::query::<Db>("SELECT status FROM users").fetch_all(db.pool()).await.is_err());
        assert!(sqlx::query::<Db>("SELECT display_name FROM users").fetch_all(db.pool()).await.is_err());
        for table in ["settings", "user_settings", "user_profiles", "roles", "audit_logs", "audit_archive", "user_tags"] {
            let select = AssertSqlSafe(format!("SELECT 1 FROM {table}"));
            assert!(sqlx::query::<Db>(select).fetch_all(db.pool()).await.is_err(), "`{table}` is still there");
        }
        // The revert that does nothing did nothing.
        assert_eq!(value!(db, String, "SELECT email FROM users WHERE id = -5"), "ada@example.org");

        assert_eq!(MIGRATIONS.run(db.pool()).await.unwrap().len(), ALL - 1);
        assert_effects!(db, people: 2002);

        assert_eq!(MIGRATIONS.migrator().all().revert(db.pool()).await.unwrap().len(), ALL);
        assert!(sqlx::query::<Db>("SELECT 1 FROM users").fetch_all(db.pool()).await.is_err());
        assert_eq!(MIGRATIONS.run(db.pool()).await.unwrap().len(), ALL);
        assert_effects!(db, people: 0);
    }

    async fn the_example_runs(db) {
        guide::story(db.pool()).await.unwrap();
        assert_eq!(MIGRATIONS.status(db.pool()).await.unwrap().pending(), 0);
        assert_effects!(db, people: 0);
    }

    async fn an_audit_log_takes_what_its_database_can_keep(db) {
        MIGRATIONS.run(db.pool()).await.unwrap();
        for insert in [
            "INSERT INTO audit_logs (action, entity_type, entity_id, changes) VALUES ('edit', 'post', '1', '{\"a\": 1}')",
            "INSERT INTO audit_archive (id, action, entity_type, entity_id, changes)
                SELECT id, action, entity_type, entity_id, changes FROM audit_logs",
        ] {
            sqlx::query::<Db>(insert).execute(db.pool()).await.unwrap();
        }
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM audit_archive WHERE archived_at IS NOT NULL"), 1);
    }

    async fn each_database_has_its_own_file_of_a_migration(db) {
        let suffix = match db.url().split(':').next() {
            Some("postgres" | "postgresql") => ".postgres.sql",
            Some("mysql") => ".mysql.sql",
            _ => ".sqlite.sql",
        };
        let plan = MIGRATIONS.plan(db.pool()).await.unwrap();
        let step = plan.steps.iter().find(|step| step.id() == "1616728000_create_audit_logs").unwrap();
        assert!(step.path().unwrap().ends_with(suffix), "{:?}", step.path());
        let status = MIGRATIONS.status(db.pool()).await.unwrap();
        let standing = status.migrations.iter().find(|standing| standing.id == step.id()).unwrap();
        assert_eq!(standing.path.as_deref(), step.path());
    }

    async fn a_column_that_is_there_is_left_alone(db) {
        begin!(db);
        let hotfix = "ALTER TABLE users ADD COLUMN status VARCHAR(50) NOT NULL DEFAULT 'by hand'";
        sqlx::query::<Db>(hotfix).execute(db.pool()).await.unwrap();
        MIGRATIONS.run(db.pool()).await.unwrap();
        assert_eq!(value!(db, String, "SELECT status FROM users WHERE id = 7"), "by hand");
    }

    async fn batches_tell_how_far_they_are(db) {
        begin!(db);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listener = seen.clone();
        let migrator = MIGRATIONS.migrator().on_event(move |event| {
            if let Event::Progress { id, done, total, .. } = event {
                assert_eq!(id, "1616734000_add_display_names");
                listener.lock().unwrap().push((*done, *total));
            }
        });
        migrator.run(db.pool()).await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [(1000, Some(2002)), (2000, Some(2002)), (2002, Some(2002))]);
    }

    async fn what_a_migration_logs_carries_its_id(db) {
        begin!(db);
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer({
            let log = log.clone();
            move || log.clone()
        });
        let guard = tracing::subscriber::set_default(subscriber.finish());
        MIGRATIONS.run(db.pool()).await.unwrap();
        drop(guard);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let line = text.lines().find(|line| line.contains("generating slugs")).unwrap_or_else(|| panic!("{text}"));
        assert!(line.contains("1616724000_add_user_profiles") && line.contains("users=2002"), "{line}");
    }

    async fn a_struct_keeps_the_checksum_that_it_gives(db) {
        MIGRATIONS.run(db.pool()).await.unwrap();
        let kept = value!(db, String, "SELECT checksum FROM uno_migrations WHERE id = '1616730000_add_user_roles'");
        assert!(kept.ends_with("add_user_roles_migration"), "{kept}");

        let other = "UPDATE uno_migrations SET checksum = 'rust:other' WHERE id = '1616730000_add_user_roles'";
        sqlx::query::<Db>(other).execute(db.pool()).await.unwrap();
        let status = MIGRATIONS.status(db.pool()).await.unwrap();
        assert_eq!(status.state("1616730000_add_user_roles"), Some(State::Modified));
        assert!(MIGRATIONS.run(db.pool()).await.is_err());
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
