//! `CREATE INDEX CONCURRENTLY IF NOT EXISTS`: a build that failed leaves an index that exists and serves nobody.

use crate::Dialect;
use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::Verb;
use crate::check::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "concurrent-if-not-exists",
    title: "`CREATE INDEX CONCURRENTLY IF NOT EXISTS`",
    why: "a concurrent build that fails leaves an INVALID index behind, which exists: with IF NOT EXISTS it is taken for \
          success, and no query uses it",
    instead: "delete `IF NOT EXISTS`: an INVALID index that an earlier try left behind is found, named and built again",
    dialects: &[Dialect::Postgres],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "-- Transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email);\n",
        accepted: "-- Transaction: none\nCREATE INDEX CONCURRENTLY users_email ON users (email);\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::Postgres {
        return;
    }
    for statement in subject.statements.iter().filter(|statement| statement.verb == Verb::Create) {
        if statement.begins(&["CREATE", "INDEX", "CONCURRENTLY", "IF"])
            || statement.begins(&["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", "IF"])
        {
            alarms.push(Alarm::new(&RULE, statement.span, "`IF NOT EXISTS` takes a failed build for an index"));
        }
    }
}
