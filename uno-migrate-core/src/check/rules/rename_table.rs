//! A table that gets another name while instances of the version before still use the old one.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::Verb;
use crate::check::subject::Subject;
use crate::check::tables::created;
use crate::marker::Half;
use crate::{Dialect, Effect, QualifiedName};

pub(super) static RULE: Rule = Rule {
    id: "rename-table",
    title: "a table is renamed",
    why: "instances of the version before this one go on for a while, and everything that they ask of the old name fails",
    instead: "leave a view of the old name behind in the same migration, and drop it in a later version",
    dialects: &Dialect::ALL,
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users RENAME TO accounts;\n",
        accepted: "ALTER TABLE users RENAME TO accounts;\nCREATE VIEW users AS SELECT * FROM accounts;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.half == Half::Down {
        return;
    }
    for altered in subject.altered() {
        for action in &altered.actions {
            if let Some(Effect::TableRenamed { from, to }) = &action.effect
                && !subject.is_new(from, altered.statement)
                && !is_there_again(subject, from)
                && !replaces(subject, to, altered.statement)
            {
                alarms.push(Alarm::new(&RULE, action.span, format!("table `{from}` is renamed to `{to}`")));
            }
        }
    }
}

/// Whether the section gives something the name that a table had: a table of another shape, or a view.
fn is_there_again(subject: &Subject<'_>, name: &QualifiedName) -> bool {
    let creates = |made: QualifiedName| made.may_be(name, subject.dialect);
    renames(subject).any(|(_, _, to)| to.may_be(name, subject.dialect))
        || subject.statements.iter().filter(|statement| statement.verb == Verb::Create).any(|statement| {
            created(statement).is_some_and(creates) || created_view(subject, statement).is_some_and(creates)
        })
}

/// Whether a table takes the place of one that the section has put aside or dropped: two that are exchanged.
fn replaces(subject: &Subject<'_>, name: &QualifiedName, until: usize) -> bool {
    let is_meant = |gone: &QualifiedName| gone.may_be(name, subject.dialect);
    renames(subject).any(|(statement, from, _)| statement <= until && is_meant(from))
        || subject.statements[..until].iter().any(|statement| {
            let dropped = statement.behind(&["DROP", "TABLE"]).and_then(|mut c| {
                c.if_exists();
                c.qualified()
            });
            dropped.is_some_and(|table| is_meant(&table))
        })
}

fn renames<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (usize, &'s QualifiedName, &'s QualifiedName)> {
    subject.altered().iter().flat_map(|altered| {
        altered.actions.iter().filter_map(|action| match &action.effect {
            Some(Effect::TableRenamed { from, to }) => Some((altered.statement, from, to)),
            _ => None,
        })
    })
}

fn created_view(subject: &Subject<'_>, statement: &crate::check::statement::Statement<'_>) -> Option<QualifiedName> {
    let mut c = statement.behind(&["CREATE"])?;
    // MySQL says much about a view before it says that it is one: `ALGORITHM = …`, `DEFINER = …`, `SQL SECURITY …`.
    let skipped = c.rest().take_while(|token| token.depth == 0 && !token.is("VIEW")).count();
    let most = if subject.dialect == Dialect::MySql { 16 } else { 4 };
    if skipped > most {
        return None;
    }
    for _ in 0..=skipped {
        c.token()?;
    }
    c.if_not_exists();
    c.qualified()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{messages, messages_of_down};

    #[test]
    fn each_renamed_table_is_named() {
        let one = ["table `t` is renamed to `u`"];
        for dialect in Dialect::ALL {
            let text = "ALTER TABLE t RENAME TO u";
            assert_eq!(messages(find, dialect, text), one, "{dialect}");
            assert!(messages_of_down(find, dialect, text).is_empty(), "{dialect}");
            assert_eq!(messages(find, dialect, &format!("CREATE TABLE other (a int); {text}")), one, "{dialect}");
            for fine in ["CREATE TABLE t (a int); {}", "{}; CREATE TABLE t (a int)", "{}; CREATE VIEW t AS SELECT 1"] {
                assert!(messages(find, dialect, &fine.replace("{}", text)).is_empty(), "{dialect}: {fine}");
            }
        }
        let both = ["table `t` is renamed to `u`", "table `v` is renamed to `w`"];
        assert_eq!(messages(find, Dialect::MySql, "RENAME TABLE t TO u, v TO w"), both);
        assert_eq!(messages(find, Dialect::MySql, "ALTER TABLE t RENAME AS u, ADD a INT"), one);
    }

    #[test]
    fn a_table_that_is_rebuilt_or_exchanged_keeps_its_name() {
        for dialect in Dialect::ALL {
            for text in [
                "CREATE TABLE x (a int); INSERT INTO x SELECT a FROM t; DROP TABLE t; ALTER TABLE x RENAME TO t",
                "ALTER TABLE t RENAME TO x; CREATE TABLE t (a int); INSERT INTO t SELECT a FROM x; DROP TABLE x",
                "ALTER TABLE t RENAME TO old; ALTER TABLE filled_before RENAME TO t",
                "DROP TABLE t; ALTER TABLE filled_before RENAME TO t",
            ] {
                assert!(messages(find, dialect, text).is_empty(), "{dialect}: {text}");
            }
        }
        let view =
            "RENAME TABLE t TO u; CREATE ALGORITHM = MERGE DEFINER = a@b SQL SECURITY INVOKER VIEW t AS SELECT 1";
        assert!(messages(find, Dialect::MySql, view).is_empty());
        assert!(messages(find, Dialect::MySql, "RENAME TABLE t TO old, new TO t").is_empty());
        let renamed = "ALTER VIEW t RENAME TO u; ALTER INDEX t RENAME TO u; ALTER TYPE t RENAME TO u";
        assert!(messages(find, Dialect::Postgres, renamed).is_empty());
    }
}
