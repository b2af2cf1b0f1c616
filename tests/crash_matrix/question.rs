//! A statement of which the catalogue does not tell whether it was done: the next run asks, and either answer leads on.

use uno_migrate::{Dialect, ErrorKind, Repair};

use crate::blow::Blow;
use crate::story::Prepared;
use crate::support::{AnyDatabase, Set, Verb, difference, snapshot};

/// Killed as it announces the second of three statements, which it has not sent yet.
pub(crate) async fn asked(dialect: Dialect) {
    let statement = match dialect {
        Dialect::MySql => "EXECUTE IMMEDIATE 'UPDATE counters SET n = n + 1'",
        _ => "DO $$ BEGIN UPDATE counters SET n = n + 1; END $$",
    };
    for by_hand in [false, true] {
        let mut set = Set::new(dialect);
        let directive = if dialect == Dialect::MySql { "" } else { "Transaction: none" };
        set.file("0001_ask", directive, &["mark a", statement, "mark b"], &["mark -a"]);
        set.up.count = 1;
        let prepared = Prepared::written(set);
        let database = prepared.database().await;
        let struck = Blow::KillAt(3).strike(&prepared, &database, Verb::Run).await.unwrap();
        assert!(struck.trace.contains(r#""position":2"#), "{}", struck.trace);

        for _ in 0..2 {
            let run = AnyDatabase::migrate(database.url(), prepared.migrator(), Verb::Run).await;
            let question = run.unwrap_err();
            let asked = (question.kind(), question.message());
            assert_eq!(asked, (ErrorKind::Interrupted, "was statement 2 of `0001_ask` applied?"), "{question}");
        }
        let id = "0001_ask".to_owned();
        let answer = if by_hand {
            database.exec(statement).await;
            Repair::Applied { id, statement: 2 }
        } else {
            Repair::Retry { id }
        };
        database.repair(prepared.migrator(), answer).await.unwrap();
        let report = AnyDatabase::migrate(database.url(), prepared.migrator(), Verb::Run).await.unwrap();
        assert_eq!(report.ids().collect::<Vec<_>>(), ["0001_ask"]);
        let found = snapshot(dialect, &database).await.unwrap();
        let mut expected = prepared.set.expected(1, 0);
        expected.extend(["column counters.n", "column log.mark", "history 0001_ask applied -"].map(String::from));
        assert_eq!(difference(&expected, &found), None);
    }
}
