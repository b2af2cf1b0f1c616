//! The transactions that a section opens and ends by itself.

use std::ops::Range;

use crate::lex::TokenKind;
use crate::split::{significant, statements};
use crate::{Dialect, Section, Span};

/// What a statement does to the transaction it runs in, and how it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Begin(&'static str),
    End(&'static str),
    /// Ends it and begins the next one.
    Chain(&'static str),
}

impl Control {
    /// How it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Begin(name) | Self::End(name) | Self::Chain(name) => name,
        }
    }
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

/// What begins or ends a transaction in some SQL that is no migration file, by its name: the first statement that does.
pub fn transaction_control(dialect: Dialect, sql: &str) -> Option<&'static str> {
    // What cannot be divided is the database's to refuse.
    let statements = statements(dialect, sql).ok()?;
    statements.into_iter().find_map(|statement| control(dialect, sql, statement)).map(Control::name)
}

/// Whether a `BEGIN … COMMIT` region commits all of it at its end, and nothing before.
pub(crate) fn ends_as_one(dialect: Dialect, text: &str, unit: &[Span]) -> bool {
    let [first, inner @ .., last] = unit else { return false };
    let control = |span: &Span| control(dialect, text, *span);
    matches!(control(first), Some(Control::Begin(_)))
        && inner.iter().all(|span| control(span).is_none())
        && matches!(control(last), Some(Control::End("COMMIT" | "END")))
}

/// What a statement does to the transaction it runs in, if anything.
pub(crate) fn control(dialect: Dialect, text: &str, statement: Span) -> Option<Control> {
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

    #[test]
    fn what_ends_a_transaction_is_found_wherever_it_stands() {
        let all = |sql: &str| Dialect::ALL.map(|dialect| transaction_control(dialect, sql));
        assert_eq!(all("INSERT INTO a VALUES (1);\n-- done\ncommit"), [Some("COMMIT"); 3]);
        assert_eq!(all("/* so far */ ROLLBACK"), [Some("ROLLBACK"); 3]);
        assert_eq!(all("SAVEPOINT a; ROLLBACK TO SAVEPOINT a; SELECT 'COMMIT;'"), [None; 3]);
        let bodies = [
            (Dialect::Sqlite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"),
            (Dialect::MySql, "CREATE PROCEDURE p() BEGIN DELETE FROM b; COMMIT; END"),
            (Dialect::Postgres, "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END"),
            (Dialect::Postgres, "DO $$ BEGIN DELETE FROM b; END $$"),
        ];
        bodies.iter().for_each(|(dialect, sql)| assert_eq!(transaction_control(*dialect, sql), None, "{sql}"));
    }

    fn regions(dialect: Dialect, text: &str) -> Vec<Range<usize>> {
        let section = Section { statements: split(dialect, text).up, no_transaction: true, ..Section::default() };
        units(dialect, text, &section)
    }

    #[test]
    fn a_region_is_one_unit() {
        let text = "VACUUM; BEGIN; SELECT 1; SAVEPOINT a; ROLLBACK TO a; COMMIT; VACUUM; BEGIN; SELECT 2; END";
        assert_eq!(regions(Dialect::Postgres, text), [0..1, 1..6, 6..7, 7..10]);
        let chained = "BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT; SELECT 3";
        assert_eq!(regions(Dialect::Postgres, chained), [0..5, 5..6]);
    }
}
