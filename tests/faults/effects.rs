//! A set whose effects show when they happen twice or never, and what a person does about a migration that stopped.

use std::time::Duration;

use sqlx::Database;
use uno_migrate::{Error, ErrorKind, Migrations, Migrator, Repair, embed_migrations};

use crate::kit::Ask;
use crate::support::TestDatabase;

pub(crate) static EFFECTS: Migrations = embed_migrations!("./tests/faults/set", allow = ["warnings"]);

/// It, taking whoever is silent for a second for dead.
pub(crate) fn impatient() -> Migrator {
    EFFECTS.migrator().lease(Duration::from_secs(1))
}

/// What a run leaves, each once.
pub(crate) const ALL: [&str; 8] =
    ["1_base a", "2_more a", "2_more b", "3_code a", "3_code b", "4_none a", "4_none b", "5_last a"];

pub(crate) trait Effects: Ask {
    /// Takes everything away.
    async fn wipe(&self) {
        for table in self.tables().await {
            self.exec(&format!("DROP TABLE {table}")).await;
        }
    }

    async fn effects(&self) -> Vec<String> {
        match self.tables().await.contains(&"effects".to_owned()) {
            true => self.texts("SELECT who FROM effects ORDER BY who").await,
            false => Vec::new(),
        }
    }

    /// Everything happened, and once.
    async fn assert_whole(&self, when: &str) {
        assert_eq!(self.effects().await, ALL, "{when}");
        let standing = ["1_base", "2_more", "3_code", "4_none", "5_last"].map(|id| format!("{id} applied"));
        assert_eq!(self.standing().await, standing, "{when}");
    }

    /// Runs until everything is applied, and does what the error asks for; the migrations that were asked for.
    async fn go_on<DB: uno_migrate::Driver>(&self, migrator: &Migrator, pool: &sqlx::Pool<DB>) -> Vec<String> {
        let mut asked = Vec::new();
        loop {
            match migrator.run(pool).await {
                Ok(_) => return asked,
                Err(error) if error.kind() == ErrorKind::Interrupted && asked.len() < 5 => {
                    let stopped = "SELECT id FROM uno_migrations WHERE status IN ('running', 'failed')";
                    let id = self.texts(stopped).await.pop().unwrap();
                    self.finish(migrator, pool, &id).await.unwrap_or_else(|error| panic!("{error}"));
                    asked.push(id);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Looks what is done of a migration, does the rest by hand, and says so.
    async fn finish<DB: uno_migrate::Driver>(
        &self,
        migrator: &Migrator,
        pool: &sqlx::Pool<DB>,
        id: &str,
    ) -> Result<(), Error> {
        if id == "1_base" {
            self.exec("CREATE TABLE IF NOT EXISTS effects (who VARCHAR(30) NOT NULL)").await;
        }
        if id == "2_more" {
            self.exec("CREATE TABLE IF NOT EXISTS more (id BIGINT)").await;
        }
        if id == "4_none" {
            if self.is_postgres() {
                self.exec("DROP INDEX IF EXISTS more_id").await;
            }
            self.exec("CREATE INDEX IF NOT EXISTS more_id ON more (id)").await;
        }
        let done = self.effects().await;
        for who in ALL.into_iter().filter(|who| who.starts_with(id) && !done.contains(&(*who).to_owned())) {
            self.exec(&format!("INSERT INTO effects VALUES ('{who}')")).await;
        }
        let applied = |statement| Repair::Applied { id: id.to_owned(), statement };
        let repair = match id {
            "3_code" => Repair::applied(id),
            "1_base" => applied(2),
            "5_last" => applied(1),
            _ => applied(3),
        };
        migrator.repair(pool, repair).await.map(drop)
    }
}

impl<DB: Database> Effects for TestDatabase<DB> where Self: Ask {}
