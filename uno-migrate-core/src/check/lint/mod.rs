//! What squawk's linter finds in PostgreSQL's statements, and what of it is so.
//!
//! The linter sees one statement at a time, and only those that can alarm: reading a tree is what costs. So it is this
//! module that knows which tables the section itself has made, by their schemas too, and it looks at each finding again:
//! what is no lock or no rewrite after all is dropped, and the rest is said with names.

mod alter;
mod depth;
mod ignore;
mod index;
mod made;
mod said;
mod suspect;
#[cfg(test)]
mod tests;
mod validate;
mod volatile;

use squawk_linter::{Linter, Rule as Squawk, Violation};
use squawk_syntax::ast::Stmt;
use squawk_syntax::{Parse, SourceFile};

use self::depth::is_shallow;
use self::ignore::{Excerpt, Ignores};
use self::made::Made;
use self::said::Remark;
use self::suspect::{Suspect, suspect};
use super::alarm::Alarm;
use super::statement::{Statement, Verb};
use super::subject::Subject;
use super::{Judge, RulesVersion};
use crate::Prover;
use crate::marker::Half;

/// This judge, as it is here: the version of squawk is the one that the manifest of the workspace holds it to.
pub(crate) fn prover() -> Prover {
    Prover { judge: Judge::Lint, rules: RulesVersion::CURRENT, library: "2.68".to_owned() }
}

/// What nests deeper is left alone: a tree is dropped recursively, too.
const DEEPEST: usize = 600;

/// A statement of more tokens is left alone: it is data, or generated.
const LONGEST: usize = 4_000;

/// The rules of the linter that ours are made of.
const ASKED: [Squawk; 12] = [
    Squawk::AddingFieldWithDefault,
    Squawk::AddingForeignKeyConstraint,
    Squawk::AddingNotNullableField,
    Squawk::AddingRequiredField,
    Squawk::AddingSerialPrimaryKeyField,
    Squawk::ChangingColumnType,
    Squawk::ConstraintMissingNotValid,
    Squawk::DisallowedUniqueConstraint,
    Squawk::RequireConcurrentIndexCreation,
    Squawk::RequireConcurrentIndexDeletion,
    Squawk::RequireConcurrentPartitionDetach,
    Squawk::RequireConcurrentReindex,
];

/// What decides what to say of a statement.
#[derive(Clone, Copy)]
struct Setting {
    /// The section runs outside a transaction.
    outside: bool,
    half: Half,
    /// The section has validated a constraint of the table before.
    is_validated: bool,
}

/// Asks the linter about a section of PostgreSQL, and for what it knows of grammar where that is wanted.
///
/// Whether nothing was left out: what is found is remembered for builds that want both.
pub(super) fn find(subject: &Subject<'_>, has_grammar: bool, alarms: &mut Vec<Alarm>) -> bool {
    let mut is_whole = true;
    let ignores = Ignores::read(subject.text);
    let mut made = Made::default();
    for statement in &subject.statements {
        let cursor = if may_matter(statement) { statement.cursor() } else { None };
        let suspect = cursor.and_then(|cursor| suspect(cursor, &made));
        let may_be_odd = validate::is_suspect(statement);
        let is_odd = may_be_odd && has_grammar;
        is_whole &= is_odd == may_be_odd;
        if (suspect.is_some() || is_odd) && is_readable(statement) {
            let excerpt = ignores.excerpt(subject.text, statement.span);
            let parse = SourceFile::parse(&excerpt.sql);
            if is_odd {
                validate::find(&parse, &excerpt, alarms);
            }
            if let Some(Suspect { is_validated }) = suspect {
                let setting = Setting { outside: subject.section.no_transaction, half: subject.half, is_validated };
                alarms.extend(linted(&parse, &excerpt, setting));
            }
        }
        if let Some(cursor) = cursor {
            made.note(cursor);
        }
    }
    is_whole
}

fn is_readable(statement: &Statement<'_>) -> bool {
    statement.tokens().len() <= LONGEST && is_shallow(statement, DEEPEST)
}

/// Whether a statement makes or changes what this is about.
fn may_matter(statement: &Statement<'_>) -> bool {
    matches!(statement.verb, Verb::Alter | Verb::Create | Verb::Drop | Verb::Set) || statement.begins(&["REINDEX"])
}

/// What the linter finds in a statement.
fn linted(parse: &Parse<SourceFile>, excerpt: &Excerpt<'_>, setting: Setting) -> Vec<Alarm> {
    let violations = Linter::from(ASKED).lint(parse, &excerpt.sql);
    let tree = parse.tree();
    let mut statements = tree.stmts().filter(|read| !matches!(read, Stmt::EmptyStmt(_)));
    // Two statements in what we take for one: nobody knows what its author means.
    let (Some(read), None) = (statements.next(), statements.next()) else { return Vec::new() };
    let alarm = |violation: Violation| {
        let Remark { rule, message, help } = remark(&violation, &read, setting)?;
        Some(Alarm::new(rule, excerpt.in_file(violation.text_range.into()), message).with_help(help))
    };
    violations.into_iter().filter_map(alarm).collect()
}

/// What we say of what the linter found, if it is so.
fn remark(violation: &Violation, read: &Stmt, setting: Setting) -> Option<Remark> {
    match (violation.code, read) {
        (Squawk::RequireConcurrentIndexCreation, Stmt::CreateIndex(read)) => index::created(read, setting),
        (Squawk::RequireConcurrentIndexDeletion, Stmt::DropIndex(read)) => index::dropped(read, setting),
        (Squawk::RequireConcurrentReindex, Stmt::Reindex(read)) => index::rebuilt(read, setting),
        (_, Stmt::AlterTable(read)) => alter::remark(read, violation, setting),
        _ => None,
    }
}
