//! A project of each Rust tool, migrated half-way by that tool itself, adopted by `import`, finished and rolled back by us.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// A project with a database, and somebody who types.
struct Project {
    home: TempDir,
    url: String,
    database: Option<String>,
}

struct Answered {
    code: i32,
    out: String,
    err: String,
}

impl Project {
    fn on_sqlite() -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("app.db");
        fs::write(&path, "").unwrap();
        Self { url: format!("sqlite:{}", path.display()), home, database: None }
    }

    async fn on_postgres(name: &str) -> Self {
        let server = std::env::var("UNO_MIGRATE_TEST_POSTGRES").expect("`cargo xtask peers` starts the server");
        let database = format!("peers_{name}_{}", std::process::id());
        let mut connection = PgConnection::connect(&server).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {database}"))).await.unwrap();
        let (place, _) = server.rsplit_once('/').unwrap();
        Self { home: tempfile::tempdir().unwrap(), url: format!("{place}/{database}"), database: Some(server) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.path("old").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// The other tool runs what is there.
    fn run(&self, program: &str) {
        let done = Command::new(program).arg(&self.url).arg(self.path("old")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn types(&self, line: &str) -> Answered {
        let mut command = Command::new(env!("CARGO_BIN_EXE_uno-migrate"));
        command.args(line.split_whitespace()).args(["-d", "new"]).current_dir(self.home.path());
        command.env("DATABASE_URL", &self.url);
        Answered::from(command.output().unwrap())
    }

    /// The same, and it works.
    fn does(&self, line: &str) -> String {
        let Answered { code, out, err } = self.types(line);
        assert_eq!(code, 0, "{line}: {out}{err}");
        out
    }

    /// Imports twice; what the first one says.
    fn adopts(&self, tool: &str, count: usize) -> String {
        let said = self.does("import --source old");
        assert!(said.contains(&format!("migrations of {tool}:")), "{said}");
        assert!(said.contains(&format!("{count} recorded as applied; nothing was run")), "{said}");
        let again = self.does("import --source old");
        assert!(again.contains("nothing has changed"), "{again}");
        said
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path("new").join(name)).unwrap()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let Some(server) = self.database.take() else { return };
        let name = self.url.rsplit('/').next().unwrap_or_default().to_owned();
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let mut connection = PgConnection::connect(&server).await?;
                connection.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await
            })
        });
        drop(dropped.join());
    }
}

impl From<Output> for Answered {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The same story on both databases.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::story::$name(super::Project::on_sqlite());
            }

            #[tokio::test]
            async fn postgres() {
                super::story::$name(super::Project::on_postgres(stringify!($name)).await);
            }
        }
    )*};
}

on_both! { sqlx refinery diesel sea_orm changed }

mod story {
    use super::*;

    const USERS: &str = "-- Add migration script here\nCREATE TABLE users (id BIGINT PRIMARY KEY, name TEXT NOT NULL);\n\
                         INSERT INTO users (id, name) VALUES (1, 'semi;colon');\n";

    pub(super) fn sqlx(project: Project) {
        project.write(&[
            ("20230101000000_create_users.up.sql", USERS),
            ("20230101000000_create_users.down.sql", "DROP TABLE users;\n"),
            ("20230102000000_name index.up.sql", "-- no-transaction\r\nCREATE INDEX users_name ON users (name);\r\n"),
            ("20230102000000_name index.down.sql", "DROP INDEX users_name;\n"),
        ]);
        project.run(env!("CARGO_BIN_EXE_with-sqlx"));
        project.write(&[
            ("20230103000000_create_posts.up.sql", "CREATE TABLE posts (id BIGINT PRIMARY KEY);\n"),
            ("20230103000000_create_posts.down.sql", "DROP TABLE posts;\n"),
        ]);
        project.adopts("sqlx", 2);
        assert!(project.text("20230102000000_name_index.sql").starts_with("-- Transaction: none\nCREATE INDEX"));
        finished(&project, "20230103000000_create_posts", 3);
    }

    pub(super) fn refinery(project: Project) {
        project.write(&[
            ("V1__create_users.sql", USERS),
            ("U2__name_index.sql", "CREATE INDEX users_name ON users (name);"),
        ]);
        project.run(env!("CARGO_BIN_EXE_with-refinery"));
        project.write(&[("V10__create_posts.sql", "CREATE TABLE posts (id BIGINT PRIMARY KEY);\n")]);
        project.adopts("refinery", 2);
        project.does("migrate");
        let refused = project.types("rollback --steps 3 --yes");
        assert!(refused.code == 1 && refused.err.contains("refinery had no way down for it"), "{}", refused.err);
        // A way down may be written at any time: it is no part of a checksum.
        for (file, down) in [
            ("1_create_users.sql", "DROP TABLE users;"),
            ("2_name_index.sql", "DROP INDEX users_name;"),
            ("10_create_posts.sql", "DROP TABLE posts;"),
        ] {
            let text = project.text(file).replace("-- Irreversible: refinery had no way down for it\n", "");
            fs::write(project.path("new").join(file), format!("{text}\n-- DOWN\n{down}\n")).unwrap();
        }
        assert!(project.does("import --source old").contains("3 kept as edited"));
        finished(&project, "", 3);
    }

    pub(super) fn diesel(project: Project) {
        project.write(&[
            ("2023-01-01-000000_create_users/up.sql", USERS),
            ("2023-01-01-000000_create_users/down.sql", "DROP TABLE users;\n"),
            ("2023-01-02-000000_name_index/up.sql", "CREATE INDEX users_name ON users (name);\n"),
            ("2023-01-02-000000_name_index/down.sql", "DROP INDEX users_name;\n"),
            ("2023-01-02-000000_name_index/metadata.toml", "run_in_transaction = false\n"),
        ]);
        project.run(env!("CARGO_BIN_EXE_with-diesel"));
        project.write(&[
            ("2023-01-03-000000_create_posts/up.sql", "CREATE TABLE posts (id BIGINT PRIMARY KEY);\n"),
            ("2023-01-03-000000_create_posts/down.sql", "DROP TABLE posts;\n"),
        ]);
        project.adopts("diesel", 2);
        finished(&project, "20230103000000_create_posts", 3);
    }

    pub(super) fn sea_orm(project: Project) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            project.write(&[(path.file_name().unwrap().to_str().unwrap(), &fs::read_to_string(&path).unwrap())]);
        }
        let half = Command::new(env!("CARGO_BIN_EXE_with-sea-orm")).args([&project.url, "1"]).output().unwrap();
        assert!(half.status.success(), "{}", String::from_utf8_lossy(&half.stderr));
        let waits = project.types("import --source old");
        assert!(waits.code == 1 && waits.out.contains("1 applied migrations wait"), "{}", waits.out);
        // What is pending is written again.
        let file = project.path("new").join("20220102000002_create_posts.sql");
        fs::write(file, "CREATE TABLE posts (id BIGINT PRIMARY KEY);\n-- DOWN\nDROP TABLE posts;\n").unwrap();
        project.adopts("sea-orm", 1);
        project.does("migrate");
        project.does("validate");
        project.does("rollback");
        let refused = project.types("rollback");
        assert!(refused.code == 1 && refused.err.contains("its way down is code of sea-orm's"), "{}", refused.err);
    }

    pub(super) fn changed(project: Project) {
        project.write(&[("1_create_users.up.sql", USERS), ("1_create_users.down.sql", "DROP TABLE users;\n")]);
        project.run(env!("CARGO_BIN_EXE_with-sqlx"));
        project.write(&[("1_create_users.up.sql", "CREATE TABLE others (id BIGINT);\n")]);
        let refused = project.types("import --source old --from sqlx");
        assert!(refused.code == 1 && refused.out.contains("has changed since sqlx applied it"), "{}", refused.out);
        assert_eq!(project.types("status --check").code, 3);
    }

    /// Applies the rest, and takes all of it back.
    fn finished(project: &Project, pending: &str, total: usize) {
        if !pending.is_empty() {
            assert_eq!(project.types("status --check").code, 3);
            assert!(project.does("migrate").contains(pending));
        }
        project.does("status --check");
        project.does("validate");
        let reverted = project.does("rollback --all --yes");
        assert!(reverted.contains(&format!("{total} migrations")), "{reverted}");
        // The schema is as it was before the other tool was ever run: everything can be applied again.
        project.does("migrate");
    }
}
