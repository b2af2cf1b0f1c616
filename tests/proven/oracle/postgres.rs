//! PostgreSQL: everything is run in a transaction that is rolled back.

use sqlx::{AssertSqlSafe, Connection, Error, Executor, PgConnection, Postgres};
use uno_migrate::Dialect;
use uno_migrate_core::statements;

use super::{Question, Verdict};
use crate::mutate::Sections;
use crate::support::{self, TestDatabase};

pub(crate) struct PostgresOracle {
    /// Dropped with it.
    database: TestDatabase<Postgres>,
    connection: PgConnection,
    /// What is applied there.
    before: Vec<Sections>,
}

impl PostgresOracle {
    pub(crate) async fn new() -> Self {
        let database = support::postgres().await;
        let connection = connect(&database).await;
        Self { database, connection, before: Vec::new() }
    }

    async fn send(&mut self, sql: impl Into<String>) -> Result<(), Error> {
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await.map(drop)
    }

    pub(crate) async fn ask(&mut self, question: &Question) -> Verdict {
        self.prepare(&question.before).await;
        let Sections { up, down } = &question.sections;
        // What runs outside a transaction leaves what nobody takes back: it is asked for its grammar.
        if question.sections.is_outside() {
            for text in [Some(up), down.as_ref()].into_iter().flatten() {
                if self.grammar(text).await.is_err() {
                    return Verdict::Grammar;
                }
            }
            return Verdict::Accepts;
        }
        let begun = self.send("BEGIN; SAVEPOINT uno_before").await;
        begun.unwrap_or_else(|error| panic!("cannot begin: {error}"));
        let mut verdict = Verdict::Accepts;
        for text in [Some(up), down.as_ref()].into_iter().flatten() {
            if let Err(error) = self.send(text.as_str()).await {
                verdict = judged(&error);
                break;
            }
        }
        // Without its savepoint the transaction was ended by what was asked, and the state is not what it was.
        let is_whole = self.send("ROLLBACK TO SAVEPOINT uno_before").await.is_ok();
        let is_back = self.send("ROLLBACK; DEALLOCATE ALL; RESET ALL").await.is_ok();
        if !(is_whole && is_back) {
            self.renew().await;
        }
        verdict
    }

    /// Brings the database to where the question begins.
    async fn prepare(&mut self, before: &[Sections]) {
        if self.before == before {
            return;
        }
        if !before.starts_with(&self.before) {
            self.renew().await;
        }
        let more = before[self.before.len()..].to_vec();
        for sections in &more {
            let up = &sections.up;
            let parts = match sections.is_outside() {
                true => {
                    statements(Dialect::Postgres, up).unwrap().into_iter().map(|span| span.of(up).to_owned()).collect()
                }
                false => vec![format!("BEGIN; {up}\n; COMMIT")],
            };
            for part in parts {
                self.send(part).await.unwrap_or_else(|error| panic!("{error}: {up}"));
            }
        }
        self.before.extend(more);
    }

    async fn renew(&mut self) {
        self.database = support::postgres().await;
        self.connection = connect(&self.database).await;
        self.before.clear();
    }

    /// `SELECT 1/0` fails when everything behind it could be read, and so nothing behind it is run.
    pub(crate) async fn grammar(&mut self, text: &str) -> Result<(), String> {
        let error = self.send(format!("SELECT 1/0; {text}")).await.err();
        match &error {
            Some(Error::Database(error)) if error.code().as_deref() == Some("22012") => Ok(()),
            // An empty text ends before it.
            None => Ok(()),
            Some(error) => Err(error.to_string()),
        }
    }
}

async fn connect(database: &TestDatabase<Postgres>) -> PgConnection {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let settings = "SET statement_timeout = '10s'; SET client_min_messages = error";
    connection.execute(sqlx::raw_sql(settings)).await.unwrap();
    connection
}

fn judged(error: &Error) -> Verdict {
    match error {
        Error::Database(error) if error.code().as_deref() == Some("42601") => Verdict::Grammar,
        _ => Verdict::Refuses,
    }
}
