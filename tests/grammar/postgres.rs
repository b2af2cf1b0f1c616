//! PostgreSQL reads a whole message before it runs any of it: behind a division by zero, a statement is parsed and no more.

use sqlx::{AssertSqlSafe, Executor, PgPool};
use uno_migrate_core::Dialect;

use crate::judge::{Verdict, corpus, verdicts};
use crate::support;

const CORPUS: &str = include_str!("postgres.sql");

/// What the server's parser says of a text; none where it reads it.
async fn refusal(pool: &PgPool, text: &str) -> Option<String> {
    const DIVISION_BY_ZERO: &str = "22012";
    let error = pool.execute(sqlx::raw_sql(AssertSqlSafe(format!("SELECT 1/0;\n{text}")))).await.unwrap_err();
    let error = error.as_database_error().unwrap_or_else(|| panic!("{text}: {error}"));
    let code = error.code().unwrap_or_default();
    (code != DIVISION_BY_ZERO).then(|| format!("{code} {error}"))
}

#[tokio::test]
async fn what_the_server_reads_is_accepted() {
    let database = support::postgres().await;
    let statements = corpus(Dialect::Postgres, CORPUS);
    assert!(statements.len() >= 600, "{}", statements.len());
    let mut failures = Vec::new();
    for (statement, verdict) in statements.iter().zip(verdicts(Dialect::Postgres, statements.iter().copied())) {
        if let Some(refusal) = refusal(database.pool(), statement).await {
            failures.push(format!("the server does not read\n  {statement}\n  {refusal}"));
        }
        if verdict != Verdict::Accepted {
            failures.push(format!("{verdict:?}\n{statement}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), statements.len(), failures.join("\n\n"));
}

/// What is different between us and the server: what only we refuse, and what only the server does.
async fn compare(texts: &[String]) -> (usize, Vec<String>, Vec<String>) {
    let database = support::postgres().await;
    let (mut refused, mut false_alarms, mut missed) = (0, Vec::new(), Vec::new());
    for (text, verdict) in texts.iter().zip(verdicts(Dialect::Postgres, texts.iter().map(String::as_str))) {
        let said = match verdict {
            Verdict::Unread => continue,
            Verdict::Refused(said) => Some(said),
            Verdict::Accepted => None,
        };
        let refusal = refusal(database.pool(), text).await;
        refused += usize::from(refusal.is_some());
        match (said, refusal) {
            (Some(said), None) => false_alarms.push(format!("{text}\n  {}", said.lines().next().unwrap_or_default())),
            (None, Some(refusal)) => missed.push(format!("{text}\n  {refusal}")),
            _ => {}
        }
    }
    (refused, false_alarms, missed)
}

#[tokio::test]
#[ignore = "exploration"]
async fn explore_mutants() {
    let count = std::env::var("COUNT").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let seed = std::env::var("SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let texts = crate::mutants::mutants(&corpus(Dialect::Postgres, CORPUS), count, seed);
    let (refused, alarms, missed) = compare(&texts).await;
    println!("{} texts, server refuses {refused}, false {} missed {}", texts.len(), alarms.len(), missed.len());
    std::fs::write("/tmp/p3-false.txt", alarms.join("\n")).unwrap();
    std::fs::write("/tmp/p3-missed.txt", missed.join("\n")).unwrap();
}

#[tokio::test]
#[ignore = "exploration"]
async fn explore_keywords() {
    let database = support::postgres().await;
    let words: Vec<(String,)> =
        sqlx::query_as("SELECT word FROM pg_get_keywords()").fetch_all(database.pool()).await.unwrap();
    let templates = include_str!("/tmp/templates.txt");
    let mut texts = Vec::new();
    for template in templates.lines() {
        texts.extend(words.iter().map(|(word,)| template.replace("%%", word)));
    }
    let (refused, alarms, missed) = compare(&texts).await;
    println!("{} texts, server refuses {refused}, false {} missed {}", texts.len(), alarms.len(), missed.len());
    std::fs::write("/tmp/p3-kw-false.txt", alarms.join("\n")).unwrap();
    std::fs::write("/tmp/p3-kw-missed.txt", missed.join("\n")).unwrap();
}
