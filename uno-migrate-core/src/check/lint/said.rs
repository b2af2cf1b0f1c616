//! How pieces of a statement are repeated in a message.

use squawk_syntax::ast::AstNode;

use super::Setting;
use crate::check::rule::Rule;

/// What there is to say of one finding.
pub(super) struct Remark {
    pub(super) rule: &'static Rule,
    pub(super) message: String,
    pub(super) help: String,
}

/// More than that is not repeated.
const LONGEST: usize = 100;

/// A piece of SQL on one line; none where it is long, or holds a comment that would swallow the rest.
pub(super) fn said(node: &impl AstNode) -> Option<String> {
    let text = node.syntax().text().to_string();
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let line = words.join(" ");
    let is_plain = !line.is_empty() && line.len() <= LONGEST && !line.contains("--") && !line.contains("/*");
    is_plain.then_some(line)
}

/// The first parenthesis of a constraint: its columns.
pub(super) fn columns(node: &impl AstNode) -> Option<String> {
    let text = said(node)?;
    let (start, end) = (text.find('(')?, text.find(')')?);
    text.get(start + 1..end).map(str::to_owned)
}

/// What a name is made of that the author did not give: `users_email_key`.
pub(super) fn made_up(table: &str, columns: &str, suffix: &str) -> String {
    let bare =
        |name: &str| name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let table = bare(table.rsplit('.').next().unwrap_or(table));
    let columns: String = columns.split(',').map(|column| format!("_{}", bare(column))).collect();
    format!("{table}{columns}_{suffix}")
}

impl Setting {
    /// Where to write what cannot run in a transaction.
    pub(super) fn elsewhere(self) -> &'static str {
        if self.outside { "" } else { ", in a migration of its own with `-- Transaction: none` at the top" }
    }
}
