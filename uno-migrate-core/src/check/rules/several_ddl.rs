//! Several changes of what is there in one section, on a database that commits each by itself.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::check::tables::{created, indexed};
use crate::marker::Half;
use crate::{Dialect, QualifiedName};

pub(super) static RULE: Rule = Rule {
    id: "several-ddl",
    title: "several DDL statements in one section",
    why: "MySQL and MariaDB commit each of them by itself: while the migration runs, and if a later one fails, the \
          application works with a schema that is neither the old nor the new one",
    instead: "put the changes of one table into one `ALTER TABLE`, and those of another table into a migration of their own",
    dialects: &[Dialect::MySql],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users ADD COLUMN plan_id bigint, ALGORITHM=INSTANT;\n\
                  ALTER TABLE orders ADD COLUMN plan_id bigint, ALGORITHM=INSTANT;\n",
        accepted: "CREATE TABLE plans (id bigint PRIMARY KEY, name varchar(80) NOT NULL);\n\
                   CREATE INDEX plans_name ON plans (name);\n\
                   CREATE TABLE prices (plan_id bigint NOT NULL, cents int NOT NULL);\n",
    },
};

/// What a statement does to tables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// It makes what nobody uses yet, or takes away what the way up has made: any number of these are one change.
    Whole,
    /// It changes what is there.
    One,
}

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::MySql {
        return;
    }
    let mut first: Option<Change> = None;
    for (number, statement) in subject.statements.iter().enumerate() {
        let Some(change) = change(subject, number, statement) else { continue };
        match first {
            None => first = Some(change),
            Some(Change::Whole) if change == Change::Whole => {}
            Some(_) => {
                let message = "a second DDL statement in one section: each of them commits by itself";
                alarms.push(Alarm::new(&RULE, statement.span, message));
                return;
            }
        }
    }
}

fn change(subject: &Subject<'_>, number: usize, statement: &Statement<'_>) -> Option<Change> {
    let of = |table: &QualifiedName| match subject.is_new(table, number) {
        true => Change::Whole,
        false => Change::One,
    };
    match statement.verb {
        Verb::Alter => statement
            .begins(&["ALTER", "TABLE"])
            .then(|| subject.altered().iter().find(|altered| altered.statement == number))
            .flatten()
            .map(|altered| of(&altered.table)),
        Verb::Create if statement.begins(&["CREATE", "TEMPORARY"]) => None,
        Verb::Create => {
            created(statement).map(|_| Change::Whole).or_else(|| indexed(statement).map(|table| of(&table)))
        }
        Verb::Drop if statement.begins(&["DROP", "INDEX"]) => Some(Change::One),
        Verb::Drop => dropped(subject, number, statement),
        Verb::Rename => Some(Change::One),
        Verb::Other => statement.begins(&["TRUNCATE"]).then_some(Change::One),
        _ => None,
    }
}

/// `DROP TABLE`. What is dropped to be made anew is part of that.
fn dropped(subject: &Subject<'_>, number: usize, statement: &Statement<'_>) -> Option<Change> {
    let mut c = statement.behind(&["DROP", "TABLE"])?;
    c.if_exists();
    let mut tables = c.parts().into_iter().filter_map(|mut table| table.qualified());
    let is_made_anew = |table: QualifiedName| {
        subject.is_new(&table, subject.statements.len()) && !subject.is_new(&table, number)
            || subject.is_new(&table, number)
    };
    match subject.half == Half::Down || tables.all(is_made_anew) {
        true => Some(Change::Whole),
        false => Some(Change::One),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{messages, messages_of_down};

    #[test]
    fn the_second_change_of_what_is_there_is_found() {
        for text in [
            "ALTER TABLE t ADD a INT; ALTER TABLE u ADD a INT",
            "ALTER TABLE t ADD a INT; ALTER TABLE t ADD b INT",
            "CREATE TABLE n (a INT); ALTER TABLE t ADD a INT",
            "ALTER TABLE t ADD a INT; CREATE INDEX i ON t (a); DROP INDEX j ON t",
            "DROP TABLE t; ALTER TABLE u DROP a",
            "RENAME TABLE t TO u; ALTER TABLE u ADD a INT",
            "ALTER TABLE t ADD a INT; UPDATE t SET a = 1; TRUNCATE TABLE u",
        ] {
            assert_eq!(messages(find, Dialect::MySql, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_nobody_uses_yet_may_be_made_in_any_number_of_steps() {
        for text in [
            "ALTER TABLE t ADD a INT",
            "ALTER TABLE t ADD a INT; UPDATE t SET a = 1",
            "CREATE TABLE n (a INT); CREATE INDEX i ON n (a); ALTER TABLE n ADD b INT; CREATE TABLE m (a INT)",
            "DROP TABLE IF EXISTS n; CREATE TABLE n (a INT); DROP TABLE IF EXISTS m; CREATE TABLE m (a INT)",
            "DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p() SELECT 1; ALTER TABLE t ADD a INT",
            "CREATE TEMPORARY TABLE x (a INT); ALTER TABLE t ADD a INT",
        ] {
            assert!(messages(find, Dialect::MySql, text).is_empty(), "{text}");
        }
        assert!(messages_of_down(find, Dialect::MySql, "DROP TABLE a; DROP TABLE b").is_empty());
        assert_eq!(messages_of_down(find, Dialect::MySql, "DROP TABLE a; ALTER TABLE b DROP c").len(), 1);
    }
}
