//! MariaDB: everything is run in a database that is made anew when something was done to it. The server itself divides
//! the text into statements.

use futures_util::StreamExt;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::{AssertSqlSafe, Connection, Either, Error, Executor, MySql, MySqlConnection};
use uno_migrate::Dialect;
use uno_migrate_core::statements;

use super::{Question, Verdict};
use crate::mutate::Sections;
use crate::support::{self, TestDatabase};

pub(crate) struct MySqlOracle {
    _database: TestDatabase<MySql>,
    connection: MySqlConnection,
    /// The name of the database that is made anew.
    name: String,
    before: Vec<Sections>,
    is_clean: bool,
}

impl MySqlOracle {
    pub(crate) async fn new() -> Self {
        let database = support::mysql().await;
        let name = database.url().rsplit('/').next().unwrap_or_default().to_owned();
        let connection = MySqlConnection::connect(database.url()).await.unwrap();
        Self { _database: database, connection, name, before: Vec::new(), is_clean: true }
    }

    /// How many statements were done, and what ended the rest.
    async fn send(&mut self, sql: &str) -> (usize, Option<Error>) {
        let mut done = 0;
        let mut results = self.connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())));
        while let Some(result) = results.next().await {
            match result {
                Ok(Either::Left(_)) => done += 1,
                Ok(Either::Right(_)) => {}
                // A comment behind the last `;`.
                Err(Error::Database(error)) if number(&*error) == 1065 => {}
                Err(error) => return (done, Some(error)),
            }
        }
        (done, None)
    }

    pub(crate) async fn ask(&mut self, question: &Question) -> Verdict {
        self.prepare(&question.before).await;
        let Sections { up, down } = &question.sections;
        // What cannot even be read is found without a table being touched, which has to be made anew.
        for text in [Some(up), down.as_ref()].into_iter().flatten() {
            if self.grammar(text).await.is_err() {
                return Verdict::Grammar;
            }
        }
        for text in [Some(up), down.as_ref()].into_iter().flatten() {
            let (done, error) = self.send(text).await;
            self.is_clean &= done == 0;
            if let Some(error) = error {
                return match &error {
                    Error::Database(error) if number(&**error) == 1064 => Verdict::Grammar,
                    _ => {
                        self.is_clean = false;
                        Verdict::Refuses
                    }
                };
            }
        }
        Verdict::Accepts
    }

    async fn prepare(&mut self, before: &[Sections]) {
        if self.is_clean && self.before == before {
            return;
        }
        if !self.is_clean || !before.starts_with(&self.before) {
            // A session may have been left with anything.
            let name = &self.name;
            let anew = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; USE {name}");
            let url = self._database.url().replace(name.as_str(), "mysql");
            self.connection = MySqlConnection::connect(&url).await.unwrap();
            let (_, error) = self.send(&anew).await;
            assert!(error.is_none(), "{error:?}");
            self.before.clear();
        }
        let more = before[self.before.len()..].to_vec();
        for Sections { up, .. } in &more {
            let (_, error) = self.send(up).await;
            assert!(error.is_none(), "{error:?}: {up}");
        }
        self.before.extend(more);
        self.is_clean = true;
    }

    /// What can be read can be prepared, or fails for another reason.
    pub(crate) async fn grammar(&mut self, text: &str) -> Result<(), String> {
        // What we cannot divide is left to the server.
        for span in statements(Dialect::MySql, text).unwrap_or_default() {
            let (_, error) = self.send(&format!("PREPARE uno_asked FROM {}", literal(span.of(text)))).await;
            match error {
                Some(Error::Database(error)) if number(&*error) == 1064 => return Err(error.to_string()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn number(error: &dyn sqlx::error::DatabaseError) -> u16 {
    error.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\0', "\\0"))
}
