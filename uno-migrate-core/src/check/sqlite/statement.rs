//! What a statement would have done, where it was not executed.

use std::cell::OnceCell;

use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

/// A statement of a section.
pub(super) struct Statement<'a> {
    pub(super) sql: &'a str,
    first: &'a str,
    tokens: OnceCell<Tokens>,
}

/// Words and quoted names without quotes and in lower case, as SQLite compares them.
type Tokens = Vec<(TokenKind, String)>;

/// What is in doubt where a statement was not executed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// It creates, drops or alters what has these names.
    Schema(Vec<String>),
    /// It changes rows at most.
    Rows,
    /// It takes something back, which nobody has followed.
    Undo,
    /// Nothing that another migration sees.
    Nothing,
}

impl<'a> Statement<'a> {
    pub(super) fn new(sql: &'a str) -> Self {
        let first = significant(Dialect::Sqlite, sql, Span::new(0..sql.len())).next().map_or("", |(_, first)| first);
        Self { sql, first, tokens: OnceCell::new() }
    }

    /// Read when they are asked for: most statements insert rows, and nobody asks.
    fn tokens(&self) -> &Tokens {
        self.tokens.get_or_init(|| {
            let tokens = significant(Dialect::Sqlite, self.sql, Span::new(0..self.sql.len()));
            tokens.map(|(kind, text)| (kind, plain(kind, text))).collect()
        })
    }

    /// Whether its first word is one of these.
    pub(super) fn is_one(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.first.eq_ignore_ascii_case(word))
    }

    pub(super) fn work(&self) -> Work {
        if self.is_one(&["create", "drop", "alter"]) {
            Work::Schema(self.subjects())
        } else if self.is_one(&["attach"]) {
            // What is behind the last word: `ATTACH 'file' AS name`.
            Work::Schema(self.last().map(str::to_owned).into_iter().collect())
        } else if self.is_one(&["rollback"]) {
            Work::Undo
        } else if self.is_one(&["insert", "update", "delete", "replace", "with"]) {
            Work::Rows
        } else {
            Work::Nothing
        }
    }

    pub(super) fn begins(&self, words: &[&str]) -> bool {
        let is_first = words.first().is_none_or(|first| self.is_one(&[first]));
        is_first
            && self.tokens().len() >= words.len()
            && self.tokens().iter().zip(words).all(|((_, text), word)| text == word)
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        self.tokens().iter().any(|(kind, text)| *kind == TokenKind::Word && text == word)
    }

    /// Whether a name stands in it, as a name or as a string: SQLite takes `'users'` for a name where it needs one.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.tokens().iter().any(|(kind, text)| is_name(*kind) && text == name)
    }

    /// Whether a name is called like a function where a table is expected: a module of somebody's own.
    pub(super) fn calls(&self, name: &str) -> bool {
        self.tokens().windows(3).any(|three| {
            let [(_, before), (kind, text), (after, _)] = three else { return false };
            let is_source = matches!(before.as_str(), "from" | "join" | ",");
            is_source && is_name(*kind) && text == name && *after == TokenKind::Punctuation(b'(')
        })
    }

    /// The new name of what `ALTER TABLE … RENAME` renames: it stands at the end.
    pub(super) fn renames_to(&self) -> Option<&str> {
        (self.begins(&["alter", "table"]) && self.has_word("rename")).then(|| self.last()).flatten()
    }

    /// The same where it renames the table, and not a column of it.
    pub(super) fn renames_table_to(&self) -> Option<&str> {
        let is_table = self.tokens().iter().rev().skip(1).map(|(_, text)| text.as_str()).take(2).eq(["to", "rename"]);
        self.renames_to().filter(|_| is_table)
    }

    fn last(&self) -> Option<&str> {
        self.tokens().last().map(|(_, text)| text.as_str())
    }

    /// The names that come and go with it: its object's, and the new one of what it renames.
    fn subjects(&self) -> Vec<String> {
        let is =
            |at: usize, words: &[&str]| self.tokens().get(at).is_some_and(|(_, text)| words.contains(&text.as_str()));
        let mut at = 1;
        while is(at, &["temp", "temporary", "unique", "virtual"]) {
            at += 1;
        }
        at += 1;
        if is(at, &["if"]) {
            at += if is(at + 1, &["not"]) { 3 } else { 2 };
        }
        let name = |mut at: usize| {
            if is(at + 1, &["."]) {
                at += 2;
            }
            self.tokens().get(at).map(|(_, text)| text.clone())
        };
        let names = [name(at), self.renames_to().map(str::to_owned)];
        names.into_iter().flatten().collect()
    }
}

fn is_name(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Word | TokenKind::QuotedIdent | TokenKind::String)
}

fn plain(kind: TokenKind, text: &str) -> String {
    let inner = match kind {
        TokenKind::QuotedIdent | TokenKind::String => text.get(1..text.len().saturating_sub(1)).unwrap_or(text),
        _ => text,
    };
    match text.as_bytes().first() {
        Some(b'"') => inner.replace("\"\"", "\""),
        Some(b'`') => inner.replace("``", "`"),
        Some(b'\'') => inner.replace("''", "'"),
        _ => inner.to_owned(),
    }
    .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_doubt_is_what_a_statement_is_about() {
        let work = |sql: &str| Statement::new(sql).work();
        let names = |names: &[&str]| Work::Schema(names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(work("CREATE TABLE IF NOT EXISTS main.\"Users\" (id)"), names(&["users"]));
        assert_eq!(work("create temp table a as select 1"), names(&["a"]));
        assert_eq!(work("CREATE VIRTUAL TABLE docs USING vec0(a)"), names(&["docs"]));
        assert_eq!(work("CREATE UNIQUE INDEX main.i ON [my table] (f(a))"), names(&["i"]));
        assert_eq!(work("DROP VIEW IF EXISTS v"), names(&["v"]));
        assert_eq!(work("ALTER TABLE a RENAME TO `b``c`"), names(&["a", "b`c"]));
        assert_eq!(work("ALTER TABLE a ADD COLUMN b"), names(&["a"]));
        assert_eq!(work("ATTACH 'file' AS other"), names(&["other"]));
        assert_eq!(work("INSERT INTO a VALUES (1)"), Work::Rows);
        assert_eq!(work("/* why */ ROLLBACK TO a"), Work::Undo);
        assert_eq!(work("PRAGMA user_version = 1"), Work::Nothing);
        assert_eq!(work("CREATE"), names(&[]));
    }
}
