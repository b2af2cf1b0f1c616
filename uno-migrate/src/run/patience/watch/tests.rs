//! What the public API cannot show on the servers that the tests have.

#[path = "../../../../../tests/support/database.rs"]
#[allow(dead_code, reason = "the tests of the public API use more of it")]
#[allow(clippy::duplicate_mod, reason = "a module of its own for whoever needs databases")]
mod database;

use std::sync::Arc;

use futures_util::FutureExt;

use super::*;
use crate::run::session::opener::opener;

const SLOW: &str = "CREATE TABLE slow AS SELECT SLEEP(20) AS slept";
const LIMIT: Duration = Duration::from_millis(300);

async fn identified(connection: &mut dyn Connection) -> Identity {
    let question = sql(connection.dialect()).identity().unwrap();
    identify(connection, question, Vec::new()).await.unwrap().unwrap()
}

/// MySQL is not among the servers of the tests. It ends a statement for `KILL QUERY` as MariaDB does.
#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_from_another_connection() {
    let db = database::mysql().await;
    let opener = opener(db.pool(), None);
    let mut connection = opener().await.unwrap();
    let session = identified(&mut *connection).await;
    assert!(session.ends_statements, "MariaDB has a limit of its own");
    let began = Instant::now();
    let work = send(&mut *connection, SLOW);
    let (sent, is_ended) = bounded(&session, &opener, LIMIT, work).await;
    assert!(is_ended);
    assert!((LIMIT..Duration::from_secs(15)).contains(&began.elapsed()), "{:?}", began.elapsed());
    let error = sent.unwrap_err();
    assert!(crate::driver::message(&error).contains("Query execution was interrupted"), "{error}");
    let_pass(&mut *connection).await;
    send(&mut *connection, "CREATE TABLE slow (id INT)".to_owned()).await.unwrap();
}

#[tokio::test]
async fn a_statement_is_left_alone_that_is_in_time_or_runs_on_another_server() {
    let db = database::mysql().await;
    let opener = opener(db.pool(), None);
    let mut connection = opener().await.unwrap();
    let session = identified(&mut *connection).await;
    let (sent, is_ended) = bounded(&session, &opener, LIMIT, send(&mut *connection, "DO SLEEP(0)".to_owned())).await;
    assert!(sent.is_ok() && !is_ended);
    let elsewhere = Identity { server: "another".to_owned(), ..session.clone() };
    let (sent, is_ended) = bounded(&elsewhere, &opener, LIMIT, send(&mut *connection, "DO SLEEP(1)".to_owned())).await;
    assert!(sent.is_ok() && !is_ended);
    // Nor is anything waited for longer than the statement itself.
    let never: Opener = Arc::new(|| pending().boxed());
    let (sent, is_ended) = bounded(&session, &never, LIMIT, send(&mut *connection, "DO SLEEP(1)".to_owned())).await;
    assert!(sent.is_ok() && !is_ended);
}

/// A `KILL QUERY` that comes between two statements of a message leaves its client without an answer.
#[tokio::test]
async fn a_session_that_answers_no_more_is_ended() {
    let db = database::mysql().await;
    let opener = opener(db.pool(), None);
    let (mut connection, mut other) = (opener().await.unwrap(), opener().await.unwrap());
    let session = identified(&mut *connection).await;
    let mut since = None;
    for (text, is_idle) in [("DO SLEEP(0.5)", false), ("DO 0", true)] {
        let work = send(&mut *connection, text.to_owned());
        let look = async {
            sleep(Duration::from_millis(if is_idle { 200 } else { 100 })).await;
            end_unheard(&mut *other, session.number, &mut since, LIMIT).await.unwrap();
        };
        join(work, look).await.0.unwrap();
        assert_eq!(since.is_some(), is_idle);
    }
    sleep(LIMIT).await;
    end_unheard(&mut *other, session.number, &mut since, LIMIT).await.unwrap();
    send(&mut *connection, "DO 0".to_owned()).await.unwrap_err();
}

/// A text that fails is passed over: that it is not a mistake of ours has to be seen here.
#[tokio::test]
async fn every_text_that_asks_for_blockers_can_be_read() {
    let (postgres, mysql) = (database::postgres().await, database::mysql().await);
    let (postgres, mysql) = (opener(postgres.pool(), None), opener(mysql.pool(), None));
    for (dialect, opener) in [(Dialect::Postgres, postgres), (Dialect::MySql, mysql)] {
        let mut connection = opener().await.unwrap();
        let number = identified(&mut *connection).await.number;
        for text in sql(dialect).blockers(number) {
            let rows: Result<Vec<Row>, _> = rows(&mut *connection, text.as_str()).await;
            // 42S02: the table belongs to a plugin that is not there.
            let code = rows
                .map_or_else(|error| error.as_database_error().unwrap().code().unwrap().into_owned(), |_| "".into());
            assert!(code.is_empty() || text.contains("METADATA_LOCK_INFO") && code == "42S02", "{code}: {text}");
        }
    }
}
