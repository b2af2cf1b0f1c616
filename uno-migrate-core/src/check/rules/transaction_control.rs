//! A migration runs in a transaction: its own `BEGIN` or `COMMIT` would end that one too early. One that runs outside
//! may open its own, and then has to end it, or nothing of it is kept.

use crate::Dialect;
use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::Verb;
use crate::check::subject::Subject;
use crate::transaction::{Control, control};

pub(super) static RULE: Rule = Rule {
    id: "transaction-control",
    title: "`BEGIN`, `COMMIT` or `ROLLBACK` of the migration's own",
    why: "a migration and its row in the history are committed together; a `COMMIT` in between ends that transaction too \
          early, and what follows is done without being recorded",
    instead: "delete it; if the statements have to run outside a transaction, one by one, write `-- Transaction: none` at \
              the top",
    dialects: &Dialect::ALL,
    level: Level::Forbid,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "BEGIN;\nCREATE TABLE users (id bigint PRIMARY KEY);\nCOMMIT;\n",
        accepted: "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.section.no_transaction {
        alarms.extend(left_open(subject));
        return;
    }
    let controls = subject.statements.iter().filter(|statement| statement.verb == Verb::Control);
    alarms.extend(controls.map(|statement| statement.span).filter_map(|span| {
        let name = control(subject.dialect, subject.text, span)?.name();
        Some(Alarm::new(&RULE, span, format!("`{name}` in a migration, which runs in a transaction already")))
    }));
}

/// A transaction of the section's own that is still open at its end: the connection takes it along when it is closed.
fn left_open(subject: &Subject<'_>) -> Option<Alarm> {
    let mut open = None;
    for span in subject.statements.iter().filter(|statement| statement.verb == Verb::Control).map(|one| one.span) {
        match control(subject.dialect, subject.text, span) {
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
    Some(Alarm::new(&RULE, span, message).with_help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{alarms, alarms_outside};

    fn found(dialect: Dialect, text: &str) -> usize {
        alarms(find, dialect, text).len()
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
    fn a_region_has_to_end() {
        for dialect in Dialect::ALL {
            let message = |text: &str| -> Vec<String> {
                alarms_outside(find, dialect, text).into_iter().map(|alarm| alarm.message).collect()
            };
            assert_eq!(message("SELECT 1; begin; SELECT 2"), ["`BEGIN` that is never committed"], "{dialect}");
            assert_eq!(message("BEGIN; COMMIT; START TRANSACTION"), ["`START TRANSACTION` that is never committed"]);
            let chained = ["`COMMIT AND CHAIN` begins a transaction that is never committed"];
            assert_eq!(message("BEGIN; COMMIT WORK AND CHAIN; SELECT 1"), chained, "{dialect}");
            assert!(message("BEGIN; COMMIT AND CHAIN; SELECT 1; COMMIT AND NO CHAIN; SELECT 2").is_empty());
            assert!(message("BEGIN; SAVEPOINT a; ROLLBACK TO a; ROLLBACK").is_empty());
        }
    }
}
