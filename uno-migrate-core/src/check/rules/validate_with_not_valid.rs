//! A constraint that is validated in the transaction that has added it as `NOT VALID`.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::subject::Subject;
use crate::{ConstraintState, Dialect, Effect, QualifiedName};

pub(super) static RULE: Rule = Rule {
    id: "validate-with-not-valid",
    title: "`VALIDATE CONSTRAINT` in the transaction of its `NOT VALID`",
    why: "a transaction keeps its locks until it ends: the table stays locked, as it was to add the constraint, while all of \
          its rows are read, which is what NOT VALID is there to avoid",
    instead: "validate it in a migration of its own, which comes after this one",
    dialects: &[Dialect::Postgres],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE orders ADD CONSTRAINT paid CHECK (paid >= 0) NOT VALID;\n\
                  ALTER TABLE orders VALIDATE CONSTRAINT paid;\n",
        accepted: "ALTER TABLE orders VALIDATE CONSTRAINT paid;\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::Postgres {
        return;
    }
    for (statement, table, name, span) in constraints(subject, ConstraintState::Validated) {
        let transaction = subject.transactions().iter().find(|range| range.contains(&statement));
        let is_added = |transaction: &std::ops::Range<usize>| {
            constraints(subject, ConstraintState::Exists).any(|(added, its_table, its_name, _)| {
                transaction.contains(&added)
                    && added <= statement
                    && name == its_name
                    && table.may_be(its_table, subject.dialect)
            })
        };
        if transaction.is_some_and(is_added) && !subject.is_new(table, statement) {
            let message = format!("constraint `{name}` is validated in the transaction that adds it");
            alarms.push(Alarm::new(&RULE, span, message));
        }
    }
}

/// The constraints that the section brings into that state, each with the number of its statement.
fn constraints<'s>(
    subject: &'s Subject<'_>,
    wanted: ConstraintState,
) -> impl Iterator<Item = (usize, &'s QualifiedName, &'s str, crate::Span)> {
    subject.altered().iter().flat_map(move |altered| {
        altered.actions.iter().filter_map(move |action| match &action.effect {
            Some(Effect::Constraint { table, name, state, .. }) if *state == wanted => {
                Some((altered.statement, table, name.as_str(), action.span))
            }
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{alarms, alarms_outside};

    const ADD: &str = "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES b NOT VALID";

    #[test]
    fn what_is_validated_too_early_is_found() {
        let found = |text: &str| alarms(find, Dialect::Postgres, text).len();
        assert_eq!(found(&format!("{ADD}; UPDATE t SET a = 1; ALTER TABLE t VALIDATE CONSTRAINT c")), 1);
        assert_eq!(found(&format!("{ADD}, VALIDATE CONSTRAINT c")), 1);
        assert_eq!(found(&format!("{ADD}; ALTER TABLE public.t VALIDATE CONSTRAINT \"c\", ADD x int")), 1);
        for text in [
            "ALTER TABLE t VALIDATE CONSTRAINT c",
            &format!("{ADD}; ALTER TABLE t VALIDATE CONSTRAINT d"),
            &format!("{ADD}; ALTER TABLE u VALIDATE CONSTRAINT c"),
            &format!("ALTER TABLE t VALIDATE CONSTRAINT c; {ADD}"),
            &format!("CREATE TABLE t (a int); {ADD}; ALTER TABLE t VALIDATE CONSTRAINT c"),
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); ALTER TABLE t VALIDATE CONSTRAINT c",
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
    }

    #[test]
    fn what_is_committed_in_between_may_be_validated() {
        let found = |text: &str| alarms_outside(find, Dialect::Postgres, text).len();
        assert_eq!(found(&format!("{ADD}; ALTER TABLE t VALIDATE CONSTRAINT c")), 0);
        assert_eq!(found(&format!("BEGIN; {ADD}; COMMIT; BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT")), 0);
        assert_eq!(found(&format!("BEGIN; {ADD}; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT")), 1);
    }
}
