//! MariaDB reads a statement that it is to prepare, and runs nothing of it.

use sqlx::{AssertSqlSafe, Executor, MySqlPool};
use uno_migrate_core::Dialect;

use crate::judge::{Verdict, corpus, verdicts};
use crate::mutants::requested;
use crate::support;

const CORPUS: &str = include_str!("mysql.sql");

/// What the server says of a text.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Reads,
    Refuses(String),
    /// It stopped at something else, and may not have read the text.
    Unknown(String),
}

async fn says(pool: &MySqlPool, text: &str) -> Said {
    let literal = text.replace('\\', "\\\\").replace('\'', "''");
    let prepare = sqlx::raw_sql(AssertSqlSafe(format!("PREPARE one FROM '{literal}'")));
    let Err(error) = pool.execute(prepare).await else { return Said::Reads };
    let error = error.as_database_error().unwrap_or_else(|| panic!("{text}: {error}"));
    let number = error.downcast_ref::<sqlx::mysql::MySqlDatabaseError>().number();
    // The arguments of these are looked up while they are read.
    let is_eager =
        ["KILL", "PURGE", "EXECUTE", "SET"].iter().any(|word| text.trim_start().to_uppercase().starts_with(word));
    match number {
        1054 if is_eager => Said::Unknown(error.to_string()),
        // What it looks up, permits and supports, it does when it has read the statement.
        1044..=1046 | 1049 | 1051 | 1054 | 1091 | 1142 | 1146 | 1305 => Said::Reads,
        1064 | 1149 => Said::Refuses(error.to_string()),
        _ => Said::Unknown(format!("{number} {error}")),
    }
}

#[tokio::test]
async fn what_the_server_reads_is_accepted() {
    let database = support::mysql().await;
    let statements = corpus(Dialect::MySql, CORPUS);
    assert!(statements.len() >= 300, "{}", statements.len());
    let mut failures = Vec::new();
    for (statement, verdict) in
        statements.iter().zip(verdicts(Dialect::MySql, statements.iter().copied().map(delimited)))
    {
        if let Said::Refuses(refusal) = says(database.pool(), statement).await {
            failures.push(format!("the server does not read\n  {statement}\n  {refusal}"));
        }
        if verdict != Verdict::Accepted {
            failures.push(format!("{verdict:?}\n{statement}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), statements.len(), failures.join("\n\n"));
}

/// With another delimiter, so that what is in a body stays together even where that body is broken.
fn delimited(statement: impl AsRef<str>) -> String {
    format!("DELIMITER ~~\n{}\n~~\n", statement.as_ref())
}

/// Whatever is refused, the server refuses too.
#[tokio::test]
async fn what_is_refused_the_server_refuses() {
    let database = support::mysql().await;
    let texts = requested(&corpus(Dialect::MySql, CORPUS));
    let (mut alarms, mut unknown, mut refused, mut caught) = (Vec::new(), Vec::new(), 0, 0);
    for (text, verdict) in texts.iter().zip(verdicts(Dialect::MySql, texts.iter().map(delimited))) {
        let said = says(database.pool(), text).await;
        refused += usize::from(matches!(said, Said::Refuses(_)));
        let Verdict::Refused(ours) = verdict else { continue };
        let line = format!("{text}\n  {}\n  {said:?}", ours.lines().next().unwrap_or_default());
        match said {
            Said::Refuses(_) => caught += 1,
            Said::Unknown(_) => unknown.push(line),
            Said::Reads => alarms.push(line),
        }
    }
    println!(
        "{} texts: the server refuses {refused}, and so do we {caught}; {} are in doubt",
        texts.len(),
        unknown.len()
    );
    assert!(alarms.is_empty(), "{}\n{}", alarms.len(), alarms.join("\n"));
    assert!(unknown.len() * 20 < caught, "{} of {caught}\n{}", unknown.len(), unknown.join("\n"));
}
