//! A value that is added to an enum of PostgreSQL and used before it is committed.

use std::ops::Range;

use crate::check::alarm::Alarm;
use crate::check::columns::Columns;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::set::{Member, SetAlarm};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::check::value_use;
use crate::lex::TokenKind;
use crate::marker::Half;
use crate::{Dialect, Down, QualifiedName, Section};

pub(in crate::check) static RULE: Rule = Rule {
    id: "enum-value-used",
    title: "an enum value that is used in the transaction that adds it",
    why: "PostgreSQL lets nobody use a new value of an enum before the transaction that adds it is committed, unless the \
          type is made in that transaction as well: it fails with `unsafe use of new value`",
    instead: "add the value in a migration of its own, which comes before this one",
    dialects: &[Dialect::Postgres],
    level: Level::Deny,
    since: RulesVersion::FIRST,
    judge: Judge::Set,
    examples: Examples {
        refused: "ALTER TYPE mood ADD VALUE 'curious';\n\
                  ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'curious';\n",
        accepted: "-- 0001_more_moods.sql\n\
                   ALTER TYPE mood ADD VALUE 'curious';\n\
                   \n\
                   -- 0002_moods_of_people.sql\n\
                   ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'curious';\n",
    },
};

pub(in crate::check) fn find(members: &[Member<'_>], dialect: Dialect) -> Vec<SetAlarm> {
    let mut found = Vec::new();
    if dialect != Dialect::Postgres {
        return found;
    }
    for (member, of_set) in members.iter().enumerate() {
        let Some((script, file)) = of_set.script(dialect) else { continue };
        let down = if let Down::Section(down) = &script.down { Some((Half::Down, down)) } else { None };
        for (half, section) in [Some((Half::Up, &script.up)), down].into_iter().flatten() {
            // Most sections alter no type, and need not be read.
            let mut statements = section.statements.iter().map(|&span| Statement::new(dialect, &file.text, span));
            if !statements.any(|statement| statement.verb == Verb::Alter && statement.begins(&["ALTER", "TYPE"])) {
                continue;
            }
            // A way down begins where its way up has ended.
            let before = &members[..member + usize::from(half == Half::Down)];
            let subject = Subject::new(dialect, &file.text, section, half);
            let alarms = subject.transactions().iter().flat_map(|range| used_too_early(&subject, range, before));
            found.extend(alarms.map(|alarm| SetAlarm { member, half, alarm }));
        }
    }
    found
}

/// `ALTER TYPE … ADD VALUE …`
struct Added<'a> {
    to: QualifiedName,
    /// As it is written.
    value: &'a str,
    may_exist: bool,
}

fn added<'s>(statement: &'s Statement<'_>) -> Option<Added<'s>> {
    let mut c = statement.behind(&["ALTER", "TYPE"])?;
    let to = c.qualified()?;
    if !c.words(&["ADD", "VALUE"]) {
        return None;
    }
    let may_exist = c.is_at(&["IF"]);
    c.if_not_exists();
    let value = c.token().filter(|value| value.kind == TokenKind::String && value.text.starts_with('\''))?;
    Some(Added { to, value: value.text, may_exist })
}

fn used_too_early(subject: &Subject<'_>, range: &Range<usize>, before: &[Member<'_>]) -> Vec<Alarm> {
    let statements = &subject.statements[range.clone()];
    // What a savepoint takes back was never added.
    if statements.iter().any(|statement| statement.verb == Verb::Control && statement.begins(&["ROLLBACK"])) {
        return Vec::new();
    }
    let mut alarms = Vec::new();
    for (number, statement) in statements.iter().enumerate() {
        let Some(added) = added(statement) else { continue };
        let (earlier, later) = (&statements[..number], &statements[number + 1..]);
        let mentions = |statement: &&Statement<'_>| statement.text().contains(added.value);
        if !later.iter().any(|statement| mentions(&statement))
            || earlier.iter().any(|statement| makes(statement, &added.to))
            || (added.may_exist && may_be_there(&added, earlier, before))
        {
            continue;
        }
        let mut columns = columns(&added.to, before);
        subject.statements[..range.start + number].iter().for_each(|statement| columns.apply(statement));
        for statement in later {
            if mentions(&statement)
                && let Some(span) = value_use::find(statement, &added.to, added.value, &columns)
            {
                let message = format!("{} is used in the transaction that adds it to `{}`", added.value, added.to);
                alarms.push(Alarm::new(&RULE, span, message));
                break;
            }
            columns.apply(statement);
        }
    }
    alarms
}

/// Whether a statement makes the type, or may give it its name.
fn makes(statement: &Statement<'_>, to: &QualifiedName) -> bool {
    let made = match statement.verb {
        Verb::Create => statement.behind(&["CREATE", "TYPE"]),
        Verb::Alter => statement.behind(&["ALTER", "TYPE"]).filter(|c| c.rest().any(|token| token.is("RENAME"))),
        _ => None,
    };
    let is_renamed = statement.verb == Verb::Alter;
    made.is_some_and(|mut c| is_renamed || c.qualified().is_some_and(|made| made.name == to.name))
}

/// Whether somebody has mentioned that value before, so that it need not be new.
fn may_be_there(added: &Added<'_>, earlier: &[Statement<'_>], before: &[Member<'_>]) -> bool {
    earlier.iter().any(|statement| statement.text().contains(added.value))
        || before.iter().any(|member| match member.script(Dialect::Postgres) {
            Some((_, file)) => file.text.contains(added.value),
            None => matches!(member, Member::Coded),
        })
}

/// The columns of that type when the section begins.
fn columns<'a>(of: &'a QualifiedName, before: &[Member<'_>]) -> Columns<'a> {
    let mut columns = Columns::new(of);
    for (script, file) in before.iter().filter_map(|member| member.script(Dialect::Postgres)) {
        let Section { statements, .. } = &script.up;
        for &span in statements.iter().filter(|span| span.of(&file.text).contains(of.name.as_str())) {
            columns.apply(&Statement::new(Dialect::Postgres, &file.text, span));
        }
    }
    columns
}
