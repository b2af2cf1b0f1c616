//! A change of a table that does not say how it may be done, on a database that copies the table if it has to.

use crate::Dialect;
use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::check::tables::indexed;
use crate::cursor::Cursor;
use crate::effect::alter;
use crate::{QualifiedName, Span};

pub(super) static RULE: Rule = Rule {
    id: "missing-algorithm",
    title: "a table is changed without `ALGORITHM=` or `LOCK=`",
    why: "a change that cannot be done in place falls back to a copy of the whole table, without a word, and nobody writes \
          to the table until it is done",
    instead: "add `ALGORITHM=INSTANT`, or `ALGORITHM=INPLACE, LOCK=NONE`: where that cannot be done, the server refuses at once",
    dialects: &[Dialect::MySql],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users ADD COLUMN plan_id bigint;\n",
        accepted: "ALTER TABLE users ADD COLUMN plan_id bigint, ALGORITHM=INSTANT;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::MySql {
        return;
    }
    for (number, statement) in subject.statements.iter().enumerate() {
        let found = match statement.verb {
            Verb::Alter => altered(statement),
            Verb::Create => created(statement),
            Verb::Drop => dropped(statement),
            _ => None,
        };
        if let Some((table, span)) = found.filter(|(table, _)| !subject.is_new(table, number)) {
            let message = format!("`{table}` is changed without `ALGORITHM=` or `LOCK=`");
            alarms.push(Alarm::new(&RULE, span, message));
        }
    }
}

/// What may need a copy: not a new name, a default, or what is done to partitions.
const MAY_COPY: [&str; 7] = ["ADD", "CHANGE", "CONVERT", "DROP", "ENGINE", "FORCE", "MODIFY"];

fn altered(statement: &Statement<'_>) -> Option<(QualifiedName, Span)> {
    let mut c = statement.behind(&["ALTER", "TABLE"])?;
    let table = alter::altered(&mut c)?;
    let span = c.span();
    let actions = c.parts();
    let says_how = actions.iter().any(|action| action.is_at(&["ALGORITHM", "LOCK"]));
    let may_copy = |mut action: Cursor<'_>| action.one_of(&MAY_COPY) && !action.is_at(&["PARTITION"]);
    (!says_how && actions.into_iter().any(may_copy)).then_some((table, span))
}

fn created(statement: &Statement<'_>) -> Option<(QualifiedName, Span)> {
    let table = indexed(statement)?;
    let says_how = statement.cursor()?.rest().any(|token| token.depth == 0 && token.is_one(&["ALGORITHM", "LOCK"]));
    (!says_how).then_some((table, statement.span))
}

fn dropped(statement: &Statement<'_>) -> Option<(QualifiedName, Span)> {
    let mut c = statement.behind(&["DROP", "INDEX"])?;
    c.if_exists();
    c.name()?;
    c.word("ON");
    let table = c.qualified()?;
    c.is_at_end().then_some((table, statement.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::messages;

    #[test]
    fn what_may_be_a_copy_is_found() {
        for text in [
            "ALTER TABLE t ADD a INT",
            "ALTER TABLE t RENAME TO t, MODIFY a BIGINT",
            "ALTER TABLE t ADD COLUMN algorithm INT",
            "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4",
            "CREATE UNIQUE INDEX i ON t (a)",
            "CREATE FULLTEXT INDEX i ON t (a)",
            "DROP INDEX i ON t",
        ] {
            let found = messages(find, Dialect::MySql, text);
            assert_eq!(found, ["`t` is changed without `ALGORITHM=` or `LOCK=`"], "{text}");
        }
    }

    #[test]
    fn what_says_how_or_never_copies_is_left_alone() {
        for text in [
            "ALTER TABLE t ADD a INT, ALGORITHM=INSTANT",
            "ALTER TABLE t ADD a INT, LOCK = NONE, ALGORITHM = INPLACE",
            "CREATE INDEX i ON t (a) ALGORITHM=INPLACE LOCK=NONE",
            "DROP INDEX i ON t LOCK=NONE",
            "ALTER TABLE t RENAME TO u",
            "ALTER TABLE t ALTER a SET DEFAULT 1",
            "ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (1))",
            "ALTER TABLE t DROP PARTITION p",
            "ALTER TABLE t COMMENT = 'a'",
            "CREATE TABLE t (a INT); ALTER TABLE t ADD b INT; CREATE INDEX i ON t (a); DROP INDEX i ON t",
            "/*!40000 ALTER TABLE t DISABLE KEYS */",
        ] {
            assert!(messages(find, Dialect::MySql, text).is_empty(), "{text}");
        }
    }
}
