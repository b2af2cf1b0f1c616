//! Users who may read and not write, or write and not create: nothing pending needs nothing, and what is refused says
//! what is needed.

use sqlx::{MySqlPool, PgPool, SqlitePool};
use uno_migrate::{Error, ErrorKind, Migration, Migrator};

use crate::kit::{Ask, abc, ids, migrator, table, text};
use crate::support::{TestDatabase, mysql, postgres, sqlite};

/// `abc`, and one more that only writes rows.
fn with_rows() -> Migrator {
    let rows = Migration::sql("4_rows", "INSERT INTO a (id) VALUES (4)", "DELETE FROM a");
    migrator([table("1_a"), table("2_b"), crate::kit::dependent("3_c", &["1_a"]), rows])
}

fn name_of<DB: sqlx::Database>(db: &TestDatabase<DB>) -> String {
    db.url().rsplit('/').next().unwrap().to_owned()
}

/// A user of the test's own database, and of nothing else.
struct Role<'d, DB: sqlx::Database> {
    db: &'d TestDatabase<DB>,
    name: String,
}

impl<'d> Role<'d, sqlx::Postgres> {
    async fn postgres(db: &'d TestDatabase<sqlx::Postgres>, grants: &str) -> Self {
        let name = format!("r_{}", name_of(db));
        db.exec(&format!("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {name} LOGIN")).await;
        let role = Self { db, name };
        role.grant(grants).await;
        role
    }

    async fn grant(&self, grants: &str) {
        self.db.exec(&grants.replace("$me", &self.name)).await;
    }

    async fn pool(&self, options: &[(&str, &str)]) -> PgPool {
        let own: sqlx::postgres::PgConnectOptions = self.db.url().parse().unwrap();
        PgPool::connect_with(own.username(&self.name).options(options.iter().copied())).await.unwrap()
    }

    async fn drop(self) {
        self.db.exec(&format!("DROP OWNED BY {0} CASCADE; DROP ROLE {0}", self.name)).await;
    }
}

impl<'d> Role<'d, sqlx::MySql> {
    async fn mysql(db: &'d TestDatabase<sqlx::MySql>, privileges: &str) -> Self {
        // At most 80 characters, and beside it nobody of this name.
        let name = format!("r_{}", name_of(db));
        db.exec(&format!("CREATE USER '{name}'@'127.0.0.1' IDENTIFIED BY 'pw'")).await;
        let role = Self { db, name };
        role.grant(privileges, "*").await;
        role
    }

    async fn grant(&self, privileges: &str, table: &str) {
        let (name, database) = (&self.name, name_of(self.db));
        self.db.exec(&format!("GRANT {privileges} ON {database}.{table} TO '{name}'@'127.0.0.1'")).await;
    }

    async fn pool(&self) -> MySqlPool {
        let own: sqlx::mysql::MySqlConnectOptions = self.db.url().parse().unwrap();
        MySqlPool::connect_with(own.username(&self.name).password("pw")).await.unwrap()
    }

    async fn drop(self) {
        self.db.exec(&format!("DROP USER '{}'@'127.0.0.1'", self.name)).await;
    }
}

/// Every verb that changes nothing does so.
async fn assert_boots<DB: uno_migrate::Driver>(pool: &sqlx::Pool<DB>) {
    assert_eq!(abc().run(pool).await.unwrap().to_string(), "nothing to do: 3 migrations applied");
    abc().validate(pool).await.unwrap();
    assert!(abc().plan(pool).await.unwrap().is_empty());
    assert_eq!(abc().status(pool).await.unwrap().pending(), 0);
}

fn shows(error: &Error, parts: &[&str]) {
    let shown = text(error);
    println!("{shown}\n");
    for part in parts {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
}

#[tokio::test]
async fn postgres_a_reader_boots_and_is_told_what_it_may_not() {
    let db = postgres().await;
    abc().run(db.pool()).await.unwrap();
    let reader = Role::postgres(&db, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO $me").await;
    let pool = reader.pool(&[]).await;
    assert_boots(&pool).await;
    let error = with_rows().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["permission denied for table uno_migrations", "GRANT"]);
    pool.close().await;
    let pool = reader.pool(&[("default_transaction_read_only", "on")]).await;
    assert_boots(&pool).await;
    shows(&with_rows().run(&pool).await.unwrap_err(), &["read-only transaction"]);
    pool.close().await;
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
    reader.drop().await;
}

#[tokio::test]
async fn postgres_a_role_that_may_not_read_the_history_is_told_so() {
    let db = postgres().await;
    abc().run(db.pool()).await.unwrap();
    let role = Role::postgres(&db, "GRANT CREATE ON SCHEMA public TO $me").await;
    let pool = role.pool(&[]).await;
    let error = abc().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["permission denied for table uno_migrations", "GRANT SELECT"]);
    pool.close().await;
    role.drop().await;
}

#[tokio::test]
async fn postgres_a_role_without_create_goes_on_with_tables_that_are_there() {
    let db = postgres().await;
    abc().run(db.pool()).await.unwrap();
    let writer =
        Role::postgres(&db, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $me").await;
    let pool = writer.pool(&[]).await;
    assert_eq!(ids(&with_rows().run(&pool).await.unwrap()), ["4_rows"]);
    assert_eq!(ids(&with_rows().revert(&pool).await.unwrap()), ["4_rows"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn postgres_a_role_without_create_and_without_a_history_is_told_so() {
    let db = postgres().await;
    let writer = Role::postgres(&db, "GRANT USAGE ON SCHEMA public TO $me").await;
    let pool = writer.pool(&[]).await;
    let error = abc().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["permission denied for schema public", "GRANT CREATE ON SCHEMA"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn postgres_a_role_without_create_and_without_the_lease_is_told_so() {
    let db = postgres().await;
    abc().run(db.pool()).await.unwrap();
    db.exec("DROP TABLE uno_migrations_lease").await;
    let writer =
        Role::postgres(&db, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $me").await;
    let pool = writer.pool(&[]).await;
    assert_boots(&pool).await;
    let error = with_rows().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["permission denied for schema public", "uno_migrations_lease", "GRANT CREATE ON SCHEMA"]);
    // Whoever may create it migrates, and from then on the role can.
    let more = migrator([table("1_a"), table("2_b"), crate::kit::dependent("3_c", &["1_a"]), table("5_e")]);
    more.run(db.pool()).await.unwrap();
    writer.grant("GRANT SELECT, INSERT, UPDATE, DELETE ON uno_migrations_lease TO $me").await;
    assert_eq!(ids(&with_rows().on_out_of_order(uno_migrate::Policy::Allow).run(&pool).await.unwrap()), ["4_rows"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn mysql_a_user_without_create_and_without_the_lease_is_told_so() {
    let db = mysql().await;
    abc().run(db.pool()).await.unwrap();
    db.exec("DROP TABLE uno_migrations_lease").await;
    let writer = Role::mysql(&db, "SELECT, INSERT, UPDATE, DELETE").await;
    let pool = writer.pool().await;
    assert_boots(&pool).await;
    let error = with_rows().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["CREATE command denied to user", "uno_migrations_lease", "GRANT CREATE ON"]);
    writer.grant("CREATE", "uno_migrations_lease").await;
    assert_eq!(ids(&with_rows().run(&pool).await.unwrap()), ["4_rows"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn mysql_a_reader_boots_and_is_told_what_it_may_not() {
    let db = mysql().await;
    abc().run(db.pool()).await.unwrap();
    let reader = Role::mysql(&db, "SELECT").await;
    let pool = reader.pool().await;
    assert_boots(&pool).await;
    let error = with_rows().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["command denied to user", "GRANT"]);
    pool.close().await;
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
    reader.drop().await;
}

#[tokio::test]
async fn mysql_a_user_who_may_not_read_the_history_is_told_so() {
    let db = mysql().await;
    abc().run(db.pool()).await.unwrap();
    for privileges in ["INSERT", "INSERT, CREATE"] {
        let writer = Role::mysql(&db, privileges).await;
        let pool = writer.pool().await;
        let error = abc().run(&pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History);
        shows(&error, &["command denied to user", "GRANT SELECT"]);
        pool.close().await;
        writer.drop().await;
    }
}

#[tokio::test]
async fn mysql_a_user_without_create_goes_on_with_tables_that_are_there() {
    let db = mysql().await;
    abc().run(db.pool()).await.unwrap();
    let writer = Role::mysql(&db, "SELECT, INSERT, UPDATE, DELETE").await;
    let pool = writer.pool().await;
    assert_eq!(ids(&with_rows().run(&pool).await.unwrap()), ["4_rows"]);
    assert_eq!(ids(&with_rows().revert(&pool).await.unwrap()), ["4_rows"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn mysql_a_user_without_create_and_without_a_history_is_told_so() {
    let db = mysql().await;
    let writer = Role::mysql(&db, "SELECT, INSERT, UPDATE, DELETE").await;
    let pool = writer.pool().await;
    let error = abc().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    shows(&error, &["CREATE command denied to user", "GRANT CREATE"]);
    pool.close().await;
    writer.drop().await;
}

#[tokio::test]
async fn sqlite_a_reader_boots_and_is_told_what_it_may_not() {
    let db = sqlite().await;
    abc().run(db.pool()).await.unwrap();
    let pool = SqlitePool::connect(&db.url().replace("mode=rwc", "mode=ro")).await.unwrap();
    assert_boots(&pool).await;
    let error = with_rows().run(&pool).await.unwrap_err();
    shows(&error, &["attempt to write a readonly database"]);
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
}

#[tokio::test]
async fn sqlite_an_empty_file_that_may_only_be_read_says_so() {
    let db = sqlite().await;
    db.exec("PRAGMA user_version = 1").await;
    let pool = SqlitePool::connect(&db.url().replace("mode=rwc", "mode=ro")).await.unwrap();
    assert_eq!(abc().status(&pool).await.unwrap().pending(), 3);
    let error = abc().run(&pool).await.unwrap_err();
    shows(&error, &["attempt to write a readonly database"]);
}
