//! What the rule says about single statements.

use uno_migrate_core::{Checks, Dialect, Found, Options, load, statements};

/// What becomes of a statement in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    /// By the rule, with what it says.
    Refused(String),
    /// By what comes before it: the text cannot be divided, or is no migration.
    Unread,
}

/// The statements of a corpus.
pub(crate) fn corpus(dialect: Dialect, text: &str) -> Vec<&str> {
    let spans = statements(dialect, text).unwrap_or_else(|problem| panic!("{problem}"));
    spans.into_iter().map(|span| span.of(text)).collect()
}

/// Each text as a migration of its own.
pub(crate) fn verdicts<T: Into<Vec<u8>>>(dialect: Dialect, texts: impl IntoIterator<Item = T>) -> Vec<Verdict> {
    let files: Vec<_> = texts.into_iter().enumerate().map(|(n, text)| (format!("{n}_a.sql"), text)).collect();
    let mut verdicts = vec![Verdict::Accepted; files.len()];
    let options =
        Options { dialects: vec![dialect], missing_down: true, checks: Some(Checks::default()), ..Options::default() };
    let problems = match load(Found::texts(files), Vec::new(), &options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    for problem in &problems {
        let path = problem.origin.as_ref().map_or("", |origin| origin.path.as_str());
        let Some(number) = path.split_once('_').and_then(|(number, _)| number.parse::<usize>().ok()) else {
            panic!("{problem}");
        };
        match problem.rule.map(|rule| rule.id) {
            Some("grammar") => verdicts[number] = Verdict::Refused(problem.to_string()),
            Some(_) => {}
            None if verdicts[number] == Verdict::Accepted => verdicts[number] = Verdict::Unread,
            None => {}
        }
    }
    verdicts
}
