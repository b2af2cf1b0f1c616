//! A table of SQLite that is rebuilt while others refer to it: `DROP TABLE` deletes its rows first, and what foreign keys
//! do to the rows that refer to them, they do then.

use super::pragma_without_effect::{assigned, is_true};
use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::references::{References, Step};
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::set::{Member, SetAlarm};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::marker::Half;
use crate::{Dialect, Down, Section, Span};

pub(in crate::check) static RULE: Rule = Rule {
    id: "rebuild-with-foreign-keys",
    title: "a table that others refer to is rebuilt with foreign keys on",
    why: "SQLite deletes all rows of a table before it drops it, and foreign keys are on: `ON DELETE CASCADE` deletes the \
          rows that refer to them as well, `SET NULL` forgets what they referred to, and else the statement fails",
    instead: "write `-- ForeignKeys: off` at the top: they are off while the migration runs, and checked before it is \
              committed",
    dialects: &[Dialect::Sqlite],
    level: Level::Deny,
    since: RulesVersion::FIRST,
    judge: Judge::Set,
    examples: Examples {
        refused: "-- 0001_create_users.sql\n\
                  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n\
                  CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE);\n\
                  \n\
                  -- 0002_names_are_needed.sql\n\
                  CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
                  INSERT INTO users_new SELECT id, coalesce(name, '') FROM users;\n\
                  DROP TABLE users;\n\
                  ALTER TABLE users_new RENAME TO users;\n",
        accepted: "-- 0001_create_users.sql\n\
                   CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n\
                   CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE);\n\
                   \n\
                   -- 0002_names_are_needed.sql\n\
                   -- ForeignKeys: off\n\
                   CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
                   INSERT INTO users_new SELECT id, coalesce(name, '') FROM users;\n\
                   DROP TABLE users;\n\
                   ALTER TABLE users_new RENAME TO users;\n",
    },
};

pub(in crate::check) fn find(members: &[Member<'_>], dialect: Dialect) -> Vec<SetAlarm> {
    let mut found = Vec::new();
    if dialect != Dialect::Sqlite || !members.iter().any(may_rebuild) {
        return found;
    }
    let mut references = References::default();
    for (member, of_set) in members.iter().enumerate() {
        references.begin_section();
        let Some((script, file)) = of_set.script(dialect) else { continue };
        let mut judge = |half, section, references: &mut References| {
            let subject = Subject::new(dialect, &file.text, section, half);
            let alarms = rebuilds(&subject, references);
            found.extend(alarms.into_iter().map(|alarm| SetAlarm { member, half, alarm }));
        };
        judge(Half::Up, &script.up, &mut references);
        if let Down::Section(down) = &script.down
            && may_drop_and_make(&file.text, down)
        {
            let mut applied = references.clone();
            applied.begin_section();
            judge(Half::Down, down, &mut applied);
        }
    }
    found
}

/// Most sets rebuild nothing: their tables need not be read.
fn may_rebuild(member: &Member<'_>) -> bool {
    member.script(Dialect::Sqlite).is_some_and(|(script, file)| {
        let down = if let Down::Section(down) = &script.down { Some(down) } else { None };
        [Some(&script.up), down].into_iter().flatten().any(|section| may_drop_and_make(&file.text, section))
    })
}

fn may_drop_and_make(text: &str, section: &Section) -> bool {
    let statements = || section.statements.iter().map(|&span| Statement::new(Dialect::Sqlite, text, span));
    let makes = |statement: &Statement<'_>| match statement.verb {
        Verb::Create => statement.makes_table(),
        Verb::Alter => true,
        _ => false,
    };
    !section.foreign_keys_off
        && statements().any(|statement| statement.verb == Verb::Drop && statement.begins(&["DROP", "TABLE"]))
        && statements().any(|statement| makes(&statement))
}

/// A table that is dropped while others refer to it.
struct Dropped {
    span: Span,
    table: String,
    /// What it was called when the section began.
    original: String,
    referring: Vec<Referring>,
}

struct Referring {
    /// The number of the table.
    table: usize,
    /// Nothing is lost if the rows that it refers to are there again before the transaction ends.
    can_wait: bool,
}

/// Does what a section does, and says what is lost.
fn rebuilds(subject: &Subject<'_>, references: &mut References) -> Vec<Alarm> {
    let mut dropped: Vec<Dropped> = Vec::new();
    // The first name of each table that is renamed.
    let mut originals: Vec<(usize, String)> = Vec::new();
    let mut are_on = !subject.section.foreign_keys_off;
    let mut are_deferred = false;
    for (number, statement) in subject.statements.iter().enumerate() {
        match setting(statement) {
            Some(("foreign_keys", is_on)) if !is_in_transaction(subject, number) => are_on = is_on,
            Some(("defer_foreign_keys", is_on)) => are_deferred = is_on,
            _ => {}
        }
        match references.apply(statement) {
            Some(Step::Renamed { number, from }) if originals.iter().all(|(known, _)| *known != number) => {
                originals.push((number, from));
            }
            Some(Step::Filled { number, name }) => {
                for dropped in &mut dropped {
                    let is_there_again = name.eq_ignore_ascii_case(&dropped.original);
                    // Rows of its own that are put back are no loss either.
                    dropped.referring.retain(|by| by.table != number && !(by.can_wait && is_there_again));
                }
            }
            Some(Step::Dropped(table)) if are_on && references.has_rows(&table) => {
                let original = originals.iter().find(|(number, _)| *number == table.number);
                let original = original.map_or_else(|| table.name.clone(), |(_, name)| name.clone());
                let referring = references.to(&table.name).filter(|(other, _)| references.has_rows(other));
                let referring = referring.map(|(other, reference)| Referring {
                    table: other.number,
                    can_wait: !reference.acts && (reference.is_deferred || are_deferred),
                });
                let referring = referring.collect();
                dropped.push(Dropped { span: statement.span, table: table.name, original, referring });
            }
            _ => {}
        }
    }
    let said = |dropped: Dropped| {
        // What is dropped for good is meant to be gone, and so is what refers to it and is dropped behind it.
        if !references.has(&dropped.original) {
            return None;
        }
        let referring = dropped.referring.iter().find_map(|by| references.numbered(by.table))?;
        let Dropped { table, original, span, .. } = &dropped;
        let message =
            format!("`{original}` is rebuilt with foreign keys on, and `{}` refers to `{table}`", referring.name);
        let alarm = Alarm::new(&RULE, *span, message);
        Some(match subject.section.no_transaction {
            true => alarm.with_help("write `-- ForeignKeys: off` at the top in place of `-- Transaction: none`"),
            false => alarm,
        })
    };
    dropped.into_iter().filter_map(said).collect()
}

/// A switch that the section turns.
fn setting(statement: &Statement<'_>) -> Option<(&'static str, bool)> {
    if statement.verb != Verb::Other {
        return None;
    }
    let (pragma, value) = assigned(statement)?;
    let name = ["foreign_keys", "defer_foreign_keys"].into_iter().find(|name| pragma.eq_ignore_ascii_case(name))?;
    Some((name, is_true(&value)))
}

/// There, foreign keys are neither switched off nor on.
fn is_in_transaction(subject: &Subject<'_>, number: usize) -> bool {
    subject.transactions().iter().any(|transaction| transaction.contains(&number))
}

#[cfg(test)]
mod tests;
