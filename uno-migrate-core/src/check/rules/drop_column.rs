//! A column that is dropped while instances of the version before still name it.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::subject::Subject;
use crate::marker::Half;
use crate::{Dialect, Effect};

pub(super) static RULE: Rule = Rule {
    id: "drop-column",
    title: "a column is dropped",
    why: "instances of the version before this one go on for a while, and what they ask for by that column fails from the \
          moment it is gone; so is what it held, and no way down brings that back",
    instead: "first release a version that does not use the column, then drop it in a later one and excuse that file",
    dialects: &Dialect::ALL,
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users DROP COLUMN nickname;\n",
        accepted: "-- Allow: drop-column no version since 2.3 uses it\nALTER TABLE users DROP COLUMN nickname;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.half == Half::Down {
        return;
    }
    for altered in subject.altered() {
        for action in &altered.actions {
            if let Some(Effect::Column { table, name, exists: false }) = &action.effect
                && !subject.is_new(table, altered.statement)
            {
                alarms.push(Alarm::new(&RULE, action.span, format!("column `{name}` of `{table}` is dropped")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{messages, messages_of_down};

    #[test]
    fn each_dropped_column_is_named() {
        for dialect in Dialect::ALL {
            let found = |text: &str| messages(find, dialect, text);
            assert_eq!(found("ALTER TABLE t DROP COLUMN a"), ["column `a` of `t` is dropped"], "{dialect}");
            assert_eq!(found("ALTER TABLE s.t DROP a"), ["column `a` of `s.t` is dropped"], "{dialect}");
            let text = "CREATE TABLE n (a int, b int); ALTER TABLE n DROP COLUMN a";
            assert!(found(text).is_empty(), "{dialect}");
            let text = "CREATE TABLE x (a int); ALTER TABLE x RENAME TO t; ALTER TABLE t DROP COLUMN a";
            assert!(found(text).is_empty(), "{dialect}");
            // Nobody used what is made here; what it is made of later is another matter.
            let text = "ALTER TABLE t DROP COLUMN a; CREATE TABLE t (b int)";
            assert_eq!(found(text).len(), 1, "{dialect}");
            assert_eq!(found("CREATE TABLE a.t (b int); ALTER TABLE b.t DROP COLUMN a").len(), 1, "{dialect}");
            assert!(found("CREATE TABLE a.t (b int); ALTER TABLE t DROP COLUMN a").is_empty(), "{dialect}");
            assert!(messages_of_down(find, dialect, "ALTER TABLE t DROP COLUMN a").is_empty(), "{dialect}");
        }
        let both = ["column `a` of `t` is dropped", "column `B c` of `t` is dropped"];
        assert_eq!(
            messages(find, Dialect::Postgres, "ALTER TABLE t DROP a CASCADE, ADD c int, DROP IF EXISTS \"B c\""),
            both
        );
        assert_eq!(messages(find, Dialect::MySql, "ALTER TABLE t DROP a, DROP COLUMN `B c`, LOCK=NONE"), both);
    }

    #[test]
    fn what_is_no_column_is_left_alone() {
        for text in [
            "ALTER TABLE t DROP CONSTRAINT a",
            "ALTER TABLE t ALTER a DROP DEFAULT",
            "ALTER VIEW v ALTER COLUMN a DROP DEFAULT",
            "ALTER TYPE t DROP ATTRIBUTE a",
            "DO $$ BEGIN ALTER TABLE t DROP COLUMN a; END $$",
        ] {
            assert!(messages(find, Dialect::Postgres, text).is_empty(), "{text}");
        }
        for text in [
            "ALTER TABLE t DROP INDEX a",
            "ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY a, DROP CHECK b",
            "ALTER TABLE t DROP PARTITION a",
            "/*!50000 ALTER TABLE t DROP COLUMN a */",
        ] {
            assert!(messages(find, Dialect::MySql, text).is_empty(), "{text}");
        }
    }
}
