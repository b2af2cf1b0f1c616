//! SQLite itself as a judge: it executes the migrations in memory, while the application compiles.
//!
//! All up sections are executed in plan order, then every down section in reverse, then the up sections again. What
//! SQLite refuses is an error; a structure that is another one after a down section is a warning.
//!
//! Only what is certain is said. The database is empty but for what the migrations insert, so that nothing is concluded
//! from rows that are not there. Functions, modules and collations may be the application's. What a migration in Rust
//! does is not known: from there on an error about names proves nothing, and only the grammar is checked of what it
//! concerns. The same holds for what a statement would have made that was not executed.
//!
//! Nothing reaches the disk: no `ATTACH`, no `VACUUM INTO`, no extensions. A statement that takes too many steps is left
//! out without a word: it may be right.

mod again;
mod catalogue;
mod difference;
mod doubt;
mod failure;
mod place;
mod section;
mod shadow;
mod statement;
mod structure;
mod walk;
mod watch;

#[cfg(test)]
mod tests;

use self::doubt::Doubt;
use self::shadow::Shadow;
use self::walk::{Step, Walk};
use super::Checks;
use super::alarm::Alarm;
use super::set::Member;
use crate::Dialect;
use crate::marker::Half;

/// What there is to say of one migration.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) alarms: Vec<(Half, Alarm)>,
    /// Something was not executed, or not compared, and nobody knows whether it would have been refused.
    pub(super) is_silent: bool,
    /// Its down section was not executed.
    pub(super) is_not_reverted: bool,
}

/// Executes a set. Members that are not `asked` about are executed as far as others need them.
///
/// Without `is_whole`, more migrations are between these.
pub(super) fn judge(
    members: &[Member<'_>],
    checks: &Checks,
    is_whole: bool,
    asked: impl Fn(usize) -> bool,
) -> Vec<Verdict> {
    let steps: Vec<_> = members.iter().map(|member| step(member, checks.longest)).collect();
    let is_asked = |&at: &usize| asked(at) && matches!(steps[at], Step::Sql { .. });
    let (Some(first), Some(last)) = ((0..steps.len()).find(is_asked), (0..steps.len()).rfind(is_asked)) else {
        return Vec::new();
    };
    let Some(shadow) = Shadow::open() else { return Vec::new() };
    let doubt = if is_whole { Doubt::default() } else { Doubt::of_everything() };
    Walk::new(&steps, shadow).run(first..last + 1, doubt)
}

fn step<'a>(member: &'a Member<'_>, longest: usize) -> Step<'a> {
    let Some((script, file)) = member.script(Dialect::Sqlite) else { return Step::Unknown };
    if file.text.len() > longest {
        return Step::Unknown;
    }
    Step::Sql { script, text: &file.text, hooks: member.has_hooks() }
}
