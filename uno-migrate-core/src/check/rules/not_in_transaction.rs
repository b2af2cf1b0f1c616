//! A statement that the database refuses to run in a transaction, in one.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::cursor::Cursor;
use crate::effect::alter;
use crate::marker::Half;
use crate::{Dialect, Span};

pub(super) static RULE: Rule = Rule {
    id: "not-in-transaction",
    title: "a statement that cannot run in a transaction",
    why: "a migration runs in a transaction, and there the database refuses this statement, whatever is in the database",
    instead: "give it a migration of its own with `-- Transaction: none` at the top",
    dialects: &[Dialect::Postgres, Dialect::Sqlite],
    level: Level::Deny,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "CREATE INDEX CONCURRENTLY users_email ON users (email);\n",
        accepted: "-- Transaction: none\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n",
    },
};

/// What cannot run in a transaction, and where the statement says so.
type Found = (&'static str, Span);

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    let read: fn(&Statement<'_>) -> Option<Found> = match subject.dialect {
        Dialect::Postgres => postgres,
        Dialect::Sqlite => sqlite,
        Dialect::MySql => return,
    };
    for (what, span) in subject.in_transaction().filter_map(read) {
        let alarm = Alarm::new(&RULE, span, format!("`{what}` cannot run in a transaction"));
        let help = match (what, subject.section.no_transaction, subject.half) {
            (SYNCHRONOUS, ..) => {
                "delete it, and set it where the application opens its connections: a file does not keep it"
            }
            (_, true, _) => "move it out of its `BEGIN … COMMIT`",
            (_, false, Half::Up) => RULE.instead,
            (_, false, Half::Down) => "write `-- Transaction: none` below `-- DOWN`",
        };
        alarms.push(alarm.with_help(help));
    }
}

/// What a statement that begins like that can never do in a transaction. Whether dropping a subscription drops a slot, only
/// the database knows.
const BEGINNINGS: [(&[&str], &str); 10] = [
    (&["CREATE", "INDEX", "CONCURRENTLY"], "CREATE INDEX CONCURRENTLY"),
    (&["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"], "CREATE INDEX CONCURRENTLY"),
    (&["CREATE", "DATABASE"], "CREATE DATABASE"),
    (&["CREATE", "TABLESPACE"], "CREATE TABLESPACE"),
    (&["DROP", "INDEX", "CONCURRENTLY"], "DROP INDEX CONCURRENTLY"),
    (&["DROP", "DATABASE"], "DROP DATABASE"),
    (&["DROP", "TABLESPACE"], "DROP TABLESPACE"),
    (&["ALTER", "SYSTEM"], "ALTER SYSTEM"),
    (&["VACUUM"], "VACUUM"),
    (&["DISCARD", "ALL"], "DISCARD ALL"),
];

fn postgres(statement: &Statement<'_>) -> Option<Found> {
    if !matches!(statement.verb, Verb::Create | Verb::Drop | Verb::Alter | Verb::Other) {
        return None;
    }
    if let Some((words, what)) = BEGINNINGS.iter().find(|(words, _)| statement.begins(words)) {
        return Some((what, statement.head(words.len())));
    }
    match statement.verb {
        Verb::Create => creates_slot(statement),
        Verb::Alter => moves_database(statement).or_else(|| detaches(statement)).or_else(|| refreshes(statement)),
        Verb::Other => clusters_everything(statement).or_else(|| reindexes(statement)),
        _ => None,
    }
}

/// A subscription may be created in a transaction if it makes no slot.
fn creates_slot(statement: &Statement<'_>) -> Option<Found> {
    let c = statement.behind(&["CREATE", "SUBSCRIPTION"])?;
    let says_otherwise = c.rest().any(|token| token.depth > 0 && token.is_one(&["connect", "create_slot"]));
    (!says_otherwise).then(|| ("CREATE SUBSCRIPTION", statement.head(2)))
}

/// `ALTER DATABASE d SET TABLESPACE t`
fn moves_database(statement: &Statement<'_>) -> Option<Found> {
    let mut c = statement.behind(&["ALTER", "DATABASE"])?;
    c.name()?;
    let span = c.span();
    let is_moved = c.words(&["SET", "TABLESPACE"]) && c.name().is_some() && c.is_at_end();
    is_moved.then_some(("ALTER DATABASE … SET TABLESPACE", span))
}

/// `ALTER TABLE t DETACH PARTITION p CONCURRENTLY`
fn detaches(statement: &Statement<'_>) -> Option<Found> {
    let mut c = statement.behind(&["ALTER", "TABLE"])?;
    alter::altered(&mut c)?;
    let span = c.span();
    let is_detached = c.words(&["DETACH", "PARTITION"]) && c.qualified().is_some() && c.word("CONCURRENTLY");
    (is_detached && c.is_at_end()).then_some(("DETACH PARTITION … CONCURRENTLY", span))
}

fn refreshes(statement: &Statement<'_>) -> Option<Found> {
    let mut c = statement.behind(&["ALTER", "SUBSCRIPTION"])?;
    c.name()?;
    let span = c.span();
    c.words(&["REFRESH", "PUBLICATION"]).then_some(("ALTER SUBSCRIPTION … REFRESH PUBLICATION", span))
}

/// `CLUSTER` of all tables that ever were clustered: it names none.
fn clusters_everything(statement: &Statement<'_>) -> Option<Found> {
    let mut c = statement.behind(&["CLUSTER"])?;
    let _verbose = c.word("VERBOSE") || c.parenthesised().is_some();
    c.is_at_end().then(|| ("CLUSTER", statement.head(1)))
}

fn reindexes(statement: &Statement<'_>) -> Option<Found> {
    let mut c = statement.behind(&["REINDEX"])?;
    let options = c.parenthesised().map(Cursor::parts).unwrap_or_default();
    // The last one counts, so one alone is certain.
    let mut concurrently = options.into_iter().filter(|option| option.is_at(&["CONCURRENTLY"]));
    let is_on =
        |mut option: Cursor<'_>| option.word("CONCURRENTLY") && (option.one_of(&["ON", "TRUE"]) || option.is_at_end());
    let is_concurrent = match (concurrently.next(), concurrently.next()) {
        (Some(option), None) => is_on(option),
        _ => false,
    };
    let span = c.span();
    for (kind, what) in [("DATABASE", "REINDEX DATABASE"), ("SCHEMA", "REINDEX SCHEMA"), ("SYSTEM", "REINDEX SYSTEM")] {
        if c.word(kind) {
            return Some((what, span));
        }
    }
    let is_named = c.one_of(&["INDEX", "TABLE"]);
    (is_named && (is_concurrent || c.word("CONCURRENTLY"))).then_some(("REINDEX CONCURRENTLY", statement.span))
}

const SYNCHRONOUS: &str = "PRAGMA synchronous = …";

fn sqlite(statement: &Statement<'_>) -> Option<Found> {
    if statement.verb != Verb::Other {
        return None;
    }
    if statement.begins(&["VACUUM"]) {
        return Some(("VACUUM", statement.head(1)));
    }
    let (pragma, _) = super::pragma_without_effect::assigned(statement)?;
    pragma.eq_ignore_ascii_case("synchronous").then_some((SYNCHRONOUS, statement.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{alarms, messages, messages_of_down, messages_outside};
    use rusqlite::Connection;

    /// `tests/rules` asks a server of PostgreSQL about these as well.
    #[test]
    fn what_postgres_refuses_in_a_transaction_is_found() {
        for (text, what) in [
            ("create unique index concurrently if not exists i on t (a)", "CREATE INDEX CONCURRENTLY"),
            ("DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY"),
            ("REINDEX INDEX CONCURRENTLY i", "REINDEX CONCURRENTLY"),
            ("REINDEX (VERBOSE, CONCURRENTLY) TABLE t", "REINDEX CONCURRENTLY"),
            ("REINDEX SCHEMA public", "REINDEX SCHEMA"),
            ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "DETACH PARTITION … CONCURRENTLY"),
            ("VACUUM (ANALYZE) t", "VACUUM"),
            ("CLUSTER VERBOSE", "CLUSTER"),
        ] {
            let message = [format!("`{what}` cannot run in a transaction")];
            assert_eq!(messages(find, Dialect::Postgres, text), message, "{text}");
            assert_eq!(messages_of_down(find, Dialect::Postgres, text), message, "{text}");
            assert!(messages_outside(find, Dialect::Postgres, text).is_empty(), "{text}");
            let region = format!("{text}; BEGIN; {text}; COMMIT; {text}");
            assert_eq!(messages_outside(find, Dialect::Postgres, &region), message, "{text}");
        }
        let found = alarms(find, Dialect::Postgres, "SELECT 1; CREATE INDEX /* now */ CONCURRENTLY i ON t (a)");
        let help = found[0].help.as_deref();
        assert_eq!((found[0].span, help), (Span::new(10..45), Some(RULE.instead)));
    }

    /// Each with whether SQLite runs it in a transaction.
    const SQLITE: [(&str, bool); 12] = [
        ("VACUUM", false),
        ("vacuum main", false),
        ("VACUUM INTO 'copy.db'", false),
        ("PRAGMA synchronous = NORMAL", false),
        ("PRAGMA main.synchronous(1)", false),
        ("PRAGMA synchronous", true),
        ("PRAGMA journal_mode = WAL", true), // if it is in use
        ("PRAGMA cache_size = 7", true),
        ("ATTACH ':memory:' AS other", true),
        ("DETACH other", true),
        ("REINDEX", true),
        ("ANALYZE", true),
    ];

    #[test]
    fn sqlite_agrees_about_what_it_refuses() {
        for (text, is_accepted) in SQLITE {
            let directory = tempfile::tempdir().unwrap();
            let connection = Connection::open(directory.path().join("a.db")).unwrap();
            connection.execute_batch("PRAGMA journal_mode = WAL; BEGIN").unwrap();
            if text.starts_with("DETACH") {
                connection.execute_batch("ATTACH ':memory:' AS other").unwrap();
            }
            assert_eq!(connection.execute_batch(text).is_ok(), is_accepted, "{text}");
            assert_eq!(alarms(find, Dialect::Sqlite, text).is_empty(), is_accepted, "{text}");
            assert!(messages_outside(find, Dialect::Sqlite, text).is_empty(), "{text}");
        }
    }
}
