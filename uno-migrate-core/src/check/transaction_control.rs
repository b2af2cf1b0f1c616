//! A migration runs in a transaction: its own `BEGIN` or `COMMIT` would end that one too early. One that runs outside
//! may open its own, and then has to end it, or nothing of it is kept.

use std::ops::Range;

use crate::lex::TokenKind;
use crate::split::{Finding, significant};
use crate::{Dialect, Section, Span};

/// What a statement does to the transaction it runs in, and how it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    Begin(&'static str),
    End(&'static str),
    /// Ends it and begins the next one.
    Chain(&'static str),
}

pub(super) fn findings(dialect: Dialect, text: &str, section: &Section) -> Vec<Finding> {
    if section.no_transaction {
        return left_open(dialect, text, section).into_iter().collect();
    }
    let found = section.statements.iter().filter_map(|&span| {
        let (Control::Begin(name) | Control::End(name) | Control::Chain(name)) = control(dialect, text, span)?;
        let message = format!("`{name}` in a migration, which runs in a transaction already");
        let help = "delete it; if the statements have to run outside a transaction, one by one, write \
                    `-- Transaction: none` at the top";
        Some(Finding { span, message, help: Some(help.to_owned()) })
    });
    found.collect()
}

/// A transaction of the section's own that is still open at its end: the connection takes it along when it is closed.
fn left_open(dialect: Dialect, text: &str, section: &Section) -> Option<Finding> {
    let mut open = None;
    for &span in &section.statements {
        match control(dialect, text, span) {
            Some(Control::Begin(name)) => open = open.or(Some((span, name))),
            Some(Control::Chain(name)) => open = Some((span, name)),
            Some(Control::End(_)) => open = None,
            None => {}
        }
    }
    let (span, name) = open?;
    let message = match name {
        "BEGIN" | "START TRANSACTION" => format!("`{name}` that is never committed"),
        _ => format!("`{name} AND CHAIN` begins a transaction that is never committed"),
    };
    let help =
        "add `COMMIT;` behind the last of its statements, or delete it: without it each statement commits by itself";
    Some(Finding { span, message, help: Some(help.to_owned()) })
}

/// The statements of a section without a transaction, grouped by what takes effect together: a `BEGIN … COMMIT` region
/// is one unit, every other statement one of its own. The ranges follow one another and cover the section.
pub fn units(dialect: Dialect, text: &str, section: &Section) -> Vec<Range<usize>> {
    let statements = &section.statements;
    let control = |at: usize| control(dialect, text, statements[at]);
    let mut units = Vec::with_capacity(statements.len());
    let mut start = 0;
    while start < statements.len() {
        let mut end = start + 1;
        if matches!(control(start), Some(Control::Begin(_))) {
            let close = (end..statements.len()).find(|&at| matches!(control(at), Some(Control::End(_))));
            end = close.map_or(statements.len(), |at| at + 1);
        }
        units.push(start..end);
        start = end;
    }
    units
}

/// Whether a `BEGIN … COMMIT` region commits all of it at its end, and nothing before.
pub(crate) fn ends_as_one(dialect: Dialect, text: &str, unit: &[Span]) -> bool {
    let [first, inner @ .., last] = unit else { return false };
    let control = |span: &Span| control(dialect, text, *span);
    matches!(control(first), Some(Control::Begin(_)))
        && inner.iter().all(|span| control(span).is_none())
        && matches!(control(last), Some(Control::End("COMMIT" | "END")))
}

fn control(dialect: Dialect, text: &str, statement: Span) -> Option<Control> {
    let tokens = significant(dialect, text, statement).take(4);
    let words: Vec<String> = tokens
        .map(|(kind, text)| if kind == TokenKind::Word { text.to_ascii_uppercase() } else { String::new() })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // MariaDB's way to write a compound statement outside a routine, and a block of its Oracle mode.
        ["BEGIN", next, ..] if dialect == Dialect::MySql && *next != "WORK" => None,
        ["BEGIN", ..] => Some(Control::Begin("BEGIN")),
        ["START", "TRANSACTION", ..] => Some(Control::Begin("START TRANSACTION")),
        ["COMMIT", "AND", "CHAIN", ..] | ["COMMIT", "WORK" | "TRANSACTION", "AND", "CHAIN"] => {
            Some(Control::Chain("COMMIT"))
        }
        ["ROLLBACK", "AND", "CHAIN", ..] | ["ROLLBACK", "WORK" | "TRANSACTION", "AND", "CHAIN"] => {
            Some(Control::Chain("ROLLBACK"))
        }
        ["COMMIT", ..] => Some(Control::End("COMMIT")),
        ["END", ..] => Some(Control::End("END")),
        ["ABORT", ..] => Some(Control::End("ABORT")),
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "WORK" | "TRANSACTION", "TO", ..] => None,
        ["ROLLBACK", ..] => Some(Control::End("ROLLBACK")),
        ["PREPARE", "TRANSACTION", ..] => Some(Control::End("PREPARE TRANSACTION")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    fn section(dialect: Dialect, text: &str, no_transaction: bool) -> Section {
        let split = split(dialect, text);
        assert!(split.findings.is_empty(), "{:?}", split.findings);
        Section { statements: split.up, no_transaction, ..Section::default() }
    }

    fn found(dialect: Dialect, text: &str) -> usize {
        findings(dialect, text, &section(dialect, text, false)).len()
    }

    #[test]
    fn transaction_control_is_found() {
        for text in ["begin", "/* a */ START TRANSACTION", "COMMIT WORK", "Rollback", "-- a\nBEGIN", "COMMIT AND CHAIN"]
        {
            for dialect in Dialect::ALL {
                assert_eq!(found(dialect, &format!("SELECT 1; {text}; SELECT 2")), 1, "{dialect}: {text}");
            }
        }
        for text in ["BEGIN ISOLATION LEVEL SERIALIZABLE", "END", "ABORT", "PREPARE TRANSACTION 'a'"] {
            assert_eq!(found(Dialect::Postgres, text), 1, "{text}");
        }
        for text in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE TRANSACTION", "END TRANSACTION"] {
            assert_eq!(found(Dialect::Sqlite, text), 1, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for text in ["SAVEPOINT a", "ROLLBACK TO a", "ROLLBACK TO SAVEPOINT a", "RELEASE a", "SELECT 'BEGIN'"] {
            for dialect in Dialect::ALL {
                assert_eq!(found(dialect, text), 0, "{dialect}: {text}");
            }
        }
        let routine = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\n";
        assert_eq!(found(Dialect::MySql, routine), 0);
        assert_eq!(found(Dialect::MySql, "DELIMITER //\nBEGIN NOT ATOMIC SELECT 1; END//\n"), 0);
        assert_eq!(found(Dialect::Sqlite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"), 0);
        assert_eq!(found(Dialect::Postgres, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END"), 0);
        assert_eq!(found(Dialect::Postgres, "DO $$ BEGIN COMMIT; END $$"), 0);
    }

    #[test]
    fn a_region_is_one_unit() {
        let text = "VACUUM; BEGIN; SELECT 1; SAVEPOINT a; ROLLBACK TO a; COMMIT; VACUUM; BEGIN; SELECT 2; END";
        let section = section(Dialect::Postgres, text, true);
        assert!(findings(Dialect::Postgres, text, &section).is_empty());
        assert_eq!(units(Dialect::Postgres, text, &section), [0..1, 1..6, 6..7, 7..10]);
    }

    #[test]
    fn a_region_has_to_end() {
        for dialect in Dialect::ALL {
            let message = |text: &str| -> Vec<String> {
                let found = findings(dialect, text, &section(dialect, text, true));
                found.into_iter().map(|finding| finding.message).collect()
            };
            assert_eq!(message("SELECT 1; begin; SELECT 2"), ["`BEGIN` that is never committed"], "{dialect}");
            assert_eq!(message("BEGIN; COMMIT; START TRANSACTION"), ["`START TRANSACTION` that is never committed"]);
            let chained = ["`COMMIT AND CHAIN` begins a transaction that is never committed"];
            assert_eq!(message("BEGIN; COMMIT WORK AND CHAIN; SELECT 1"), chained, "{dialect}");
            assert!(message("BEGIN; COMMIT AND CHAIN; SELECT 1; COMMIT AND NO CHAIN; SELECT 2").is_empty());
            assert!(message("BEGIN; SAVEPOINT a; ROLLBACK TO a; ROLLBACK").is_empty());
        }
        let text = "BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT; SELECT 3";
        let section = section(Dialect::Postgres, text, true);
        assert_eq!(units(Dialect::Postgres, text, &section), [0..5, 5..6]);
    }
}
