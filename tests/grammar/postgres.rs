//! PostgreSQL reads a whole message before it runs any of it: behind a division by zero, a statement is parsed and no more.

use sqlx::{AssertSqlSafe, Executor, PgPool};
use uno_migrate_core::Dialect;

use crate::judge::{Verdict, corpus, verdicts};
use crate::mutants::requested;
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

/// How many texts the server refuses, and which only one of us refuses.
#[derive(Default)]
struct Comparison {
    refused: usize,
    alarms: Vec<String>,
    missed: Vec<String>,
}

async fn compare(texts: &[String]) -> Comparison {
    let database = support::postgres().await;
    let mut comparison = Comparison::default();
    for (text, verdict) in texts.iter().zip(verdicts(Dialect::Postgres, texts.iter().map(String::as_str))) {
        let refusal = refusal(database.pool(), text).await;
        comparison.refused += usize::from(refusal.is_some());
        match (verdict, refusal) {
            (Verdict::Refused(said), None) => {
                comparison.alarms.push(format!("{text}\n  {}", said.lines().next().unwrap_or_default()));
            }
            (Verdict::Accepted, Some(refusal)) => comparison.missed.push(format!("{text}\n  {refusal}")),
            _ => {}
        }
    }
    let Comparison { refused, alarms, missed } = &comparison;
    println!(
        "{} texts: the server refuses {refused}; {} only by us, {} only by it",
        texts.len(),
        alarms.len(),
        missed.len()
    );
    comparison
}

/// Whatever is refused, the server refuses too, and little of what it refuses is let pass.
#[tokio::test]
async fn what_is_refused_the_server_refuses() {
    let Comparison { refused, alarms, missed } = compare(&requested(&corpus(Dialect::Postgres, CORPUS))).await;
    assert!(alarms.is_empty(), "{}\n{}", alarms.len(), alarms.join("\n"));
    assert!(missed.len() * 10 < refused, "{} of {refused}", missed.len());
}

/// Every keyword in every place where a name could stand.
#[tokio::test]
#[ignore = "takes two minutes: run it when another version of the parser is to judge"]
async fn keywords_are_names_where_the_server_takes_them() {
    let database = support::postgres().await;
    let keywords = sqlx::query_scalar::<_, String>("SELECT word FROM pg_get_keywords()");
    let keywords = keywords.fetch_all(database.pool()).await.unwrap();
    let places = include_str!("keywords.txt").lines();
    let texts = places.flat_map(|place| keywords.iter().map(move |word| place.replace("%%", word)));
    let Comparison { alarms, .. } = compare(&texts.collect::<Vec<_>>()).await;
    assert!(alarms.is_empty(), "{}\n{}", alarms.len(), alarms.join("\n"));
}
