//! Where a statement may mean more than its tokens show.

use crate::Dialect;
use crate::check::statement::Statement;
use crate::check::subject::Subject;
use crate::lex::TokenKind;

/// A section in which the rules of the language may change: MariaDB reads PL/SQL in its Oracle mode.
pub(super) fn covers_section(subject: &Subject<'_>) -> bool {
    subject.dialect == Dialect::MySql
        && subject.statements.iter().any(|statement| {
            statement.begins(&["SET"]) && statement.span.of(subject.text).to_ascii_uppercase().contains("ORACLE")
        })
}

/// What one server executes and the other does not, programs in other languages, and what stands outside the grammar
/// that the servers have in common.
pub(super) fn covers(dialect: Dialect, statement: &Statement<'_>) -> bool {
    if dialect != Dialect::MySql {
        return false;
    }
    let is_program = statement.begins(&["BEGIN", "NOT"]) || statement.begins(&["DECLARE"]);
    is_program
        || statement.pieces().any(|(kind, text)| match kind {
            TokenKind::Executable => true,
            // `AS $$ … $$`: JavaScript.
            TokenKind::Word => text.starts_with('$') && text.ends_with('$') || text.eq_ignore_ascii_case("PACKAGE"),
            _ => false,
        })
}
