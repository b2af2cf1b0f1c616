//! A column that gets another name while instances of the version before still use the old one.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::subject::Subject;
use crate::marker::Half;
use crate::{Dialect, Effect};

pub(super) static RULE: Rule = Rule {
    id: "rename-column",
    title: "a column is renamed",
    why: "instances of the version before this one go on for a while, and everything that they ask for by the old name fails",
    instead: "add a column of the new name and fill both, move the readers, and drop the old one in a later version",
    dialects: &Dialect::ALL,
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users RENAME COLUMN name TO full_name;\n",
        accepted: "ALTER TABLE users ADD COLUMN full_name text;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.half == Half::Down {
        return;
    }
    for altered in subject.altered() {
        for action in &altered.actions {
            if let Some(Effect::ColumnRenamed { table, from, to }) = &action.effect
                && !subject.is_new(table, altered.statement)
            {
                let message = format!("column `{from}` of `{table}` is renamed to `{to}`");
                alarms.push(Alarm::new(&RULE, action.span, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{messages, messages_of_down};

    #[test]
    fn each_renamed_column_is_named() {
        let one = ["column `a` of `t` is renamed to `b`"];
        for dialect in Dialect::ALL {
            let text = "ALTER TABLE t RENAME COLUMN a TO b";
            assert_eq!(messages(find, dialect, text), one, "{dialect}");
            assert!(messages_of_down(find, dialect, text).is_empty(), "{dialect}");
            assert!(messages(find, dialect, &format!("CREATE TABLE t (a int); {text}")).is_empty(), "{dialect}");
        }
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            assert_eq!(messages(find, dialect, "ALTER TABLE t RENAME a TO b"), one, "{dialect}");
        }
        assert_eq!(messages(find, Dialect::MySql, "ALTER TABLE t ADD c INT, CHANGE a b INT, ALGORITHM=INPLACE"), one);
    }

    #[test]
    fn what_keeps_its_name_is_left_alone() {
        assert!(messages(find, Dialect::MySql, "ALTER TABLE t CHANGE a a BIGINT, CHANGE COLUMN b `B` INT").is_empty());
        assert!(messages(find, Dialect::MySql, "ALTER TABLE t RENAME INDEX a TO b").is_empty());
        assert!(messages(find, Dialect::Postgres, "ALTER TABLE t RENAME CONSTRAINT a TO b").is_empty());
        assert!(messages(find, Dialect::Postgres, "ALTER TYPE t RENAME ATTRIBUTE a TO b").is_empty());
    }
}
