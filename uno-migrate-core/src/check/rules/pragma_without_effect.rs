//! A setting of SQLite that cannot be changed in a transaction: it is left as it is, and nobody is told.

use crate::Dialect;
use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "pragma-without-effect",
    title: "a `PRAGMA` that does nothing in a transaction",
    why: "SQLite changes this setting between transactions only, and a migration runs in one: foreign keys stay on, and a \
          table that is rebuilt takes the rows that refer to it along",
    instead: "delete it, and write `-- ForeignKeys: off` at the top: they are off before the transaction begins, and checked \
              before it is committed",
    dialects: &[Dialect::Sqlite],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "PRAGMA foreign_keys = OFF;\nDELETE FROM countries;\n",
        accepted: "-- ForeignKeys: off\nDELETE FROM countries;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::Sqlite {
        return;
    }
    for statement in subject.in_transaction().filter(|statement| statement.verb == Verb::Other) {
        let Some((pragma, value)) = assigned(statement) else { continue };
        if pragma.eq_ignore_ascii_case("foreign_keys") && !is_true(&value) && !subject.section.foreign_keys_off {
            let message = "`PRAGMA foreign_keys` does nothing in a transaction";
            let alarm = Alarm::new(&RULE, statement.span, message);
            alarms.push(match subject.section.no_transaction {
                true => alarm.with_help("move it in front of `BEGIN`"),
                false => alarm,
            });
        } else if pragma.eq_ignore_ascii_case("journal_mode") && value.eq_ignore_ascii_case("wal") {
            let message = "`PRAGMA journal_mode` changes nothing in a transaction, or fails";
            let help = "delete it, and set it where the application opens its connections";
            alarms.push(Alarm::new(&RULE, statement.span, message).with_help(help));
        }
    }
}

/// The setting that a `PRAGMA` gives a value, and the value: `PRAGMA main.a = b`, `PRAGMA a(b)`.
pub(super) fn assigned(statement: &Statement<'_>) -> Option<(String, String)> {
    let mut c = statement.behind(&["PRAGMA"])?;
    let pragma = c.qualified()?.name;
    let is_call = c.is_at_punctuation(b'(');
    let opening = c.token()?;
    if !is_call && opening.text != "=" {
        return None;
    }
    let value = c.token()?.text.trim_matches(['\'', '"', '`', '[', ']']).to_owned();
    Some((pragma, value))
}

/// As SQLite reads a switch: words that say yes, and numbers but for 0.
pub(crate) fn is_true(value: &str) -> bool {
    match value.parse::<i64>() {
        Ok(number) => number != 0,
        Err(_) => ["on", "yes", "true"].iter().any(|yes| value.eq_ignore_ascii_case(yes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{alarms, alarms_outside};
    use rusqlite::Connection;

    /// Each with whether it does something in a transaction.
    const PRAGMAS: [(&str, bool); 9] = [
        ("PRAGMA foreign_keys = OFF", false),
        ("pragma foreign_keys=0", false),
        ("PRAGMA main.foreign_keys('no')", false),
        ("PRAGMA FOREIGN_KEYS(false)", false),
        ("PRAGMA \"foreign_keys\" = \"off\"", false),
        ("PRAGMA journal_mode = WAL", false),
        ("PRAGMA main.journal_mode('wal')", false),
        ("PRAGMA user_version = 7", true),
        ("PRAGMA recursive_triggers = ON", true),
    ];

    /// What the settings above are.
    fn settings(connection: &Connection) -> Vec<String> {
        let read = |name: &str| {
            connection.query_row(&format!("PRAGMA {name}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}"))
            })
        };
        ["foreign_keys", "journal_mode", "user_version", "recursive_triggers"].map(|name| read(name).unwrap()).into()
    }

    #[test]
    fn sqlite_agrees_about_what_changes_nothing() {
        for (pragma, has_effect) in PRAGMAS {
            let directory = tempfile::tempdir().unwrap();
            for in_transaction in [true, false] {
                let connection = Connection::open(directory.path().join(format!("{in_transaction}.db"))).unwrap();
                connection.execute_batch("PRAGMA foreign_keys = ON; CREATE TABLE t (a)").unwrap();
                let before = settings(&connection);
                if in_transaction {
                    connection.execute_batch("BEGIN; INSERT INTO t VALUES (1)").unwrap();
                }
                let _may_fail = connection.execute_batch(pragma);
                if in_transaction {
                    connection.execute_batch("COMMIT").unwrap();
                }
                let is_changed = settings(&connection) != before;
                assert_eq!(is_changed, has_effect || !in_transaction, "{pragma}, {in_transaction}");
            }
            assert_eq!(alarms(find, Dialect::Sqlite, pragma).is_empty(), has_effect, "{pragma}");
            assert!(alarms_outside(find, Dialect::Sqlite, pragma).is_empty(), "{pragma}");
            let region = format!("BEGIN; {pragma}; COMMIT");
            assert_eq!(alarms_outside(find, Dialect::Sqlite, &region).is_empty(), has_effect, "{pragma}");
        }
    }

    #[test]
    fn what_asks_or_switches_on_what_is_on_is_left_alone() {
        for text in [
            "PRAGMA foreign_keys",
            "PRAGMA foreign_keys = ON",
            "PRAGMA foreign_keys(1)",
            "PRAGMA foreign_key_check",
            "PRAGMA journal_mode",
        ] {
            assert!(alarms(find, Dialect::Sqlite, text).is_empty(), "{text}");
        }
    }
}
