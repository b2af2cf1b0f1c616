//! What the database's grammar refuses, as far as that can be known without the database.

use crate::Dialect;
use crate::check::alarm::Alarm;
use crate::check::grammar::{Memory, Refusal, refusals};
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::subject::Subject;

pub(in crate::check) static RULE: Rule = Rule {
    id: "grammar",
    title: "SQL that the database cannot read",
    why: "the database refuses a statement that is not in its grammar, whatever its tables hold: the migration can never \
          be applied",
    instead: "correct the statement",
    dialects: &Dialect::ALL,
    level: Level::Deny,
    since: RulesVersion::FIRST,
    judge: Judge::Grammar,
    examples: Examples {
        refused: "CREATE TABLE users (id bigint PRIMARY KEY,);\n",
        accepted: "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, memory: &Memory, alarms: &mut Vec<Alarm>) {
    alarms.extend(refusals(subject, memory).map(|Refusal { span, message, help }| {
        let alarm = Alarm::new(&RULE, span, message);
        match help {
            Some(help) => alarm.with_help(help),
            None => alarm,
        }
    }));
}
