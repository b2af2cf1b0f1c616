//! Whether a statement is certain to read a string as a value of an enum of PostgreSQL: it does so before it runs, so it
//! does not matter whether there are rows.

use super::columns::{Columns, column_of, is_type};
use super::statement::{Statement, Verb};
use super::tables::{created, indexed};
use crate::cursor::{Cursor, Nested};
use crate::effect::alter;
use crate::lex::TokenKind;
use crate::{QualifiedName, Span};

/// What is asked about.
struct Value<'a> {
    of: &'a QualifiedName,
    /// As it is written, in its quotes.
    text: &'a str,
    columns: &'a Columns<'a>,
}

/// Where a statement reads the value.
pub(super) fn find(statement: &Statement<'_>, of: &QualifiedName, text: &str, columns: &Columns<'_>) -> Option<Span> {
    let value = Value { of, text, columns };
    let c = statement.cursor()?;
    // What may be there already is not read.
    let may_do_nothing = matches!(statement.verb, Verb::Create | Verb::Alter) && c.rest().any(|token| token.is("IF"));
    if may_do_nothing {
        return None;
    }
    match statement.verb {
        Verb::Create => {
            let is_read = created(statement).is_some() || indexed(statement).is_some() || is_view(statement);
            if is_read {
                value.cast(c).or_else(|| value.of_table(statement)).or_else(|| value.of_index(statement))
            } else {
                None
            }
        }
        Verb::Alter => {
            statement.behind(&["ALTER", "TABLE"]).and_then(|altered| value.cast(c).or_else(|| value.altered(altered)))
        }
        Verb::Query => value.cast(c),
        Verb::Insert => value.cast(c).or_else(|| value.inserted(c)),
        Verb::Update | Verb::Delete => value.cast(c).or_else(|| value.changed(c)),
        _ => None,
    }
}

fn is_view(statement: &Statement<'_>) -> bool {
    [&["CREATE", "VIEW"][..], &["CREATE", "OR", "REPLACE", "VIEW"], &["CREATE", "MATERIALIZED", "VIEW"]]
        .iter()
        .any(|words| statement.begins(words))
}

impl Value<'_> {
    fn is(&self, token: Nested<'_>) -> bool {
        token.kind == TokenKind::String && token.text == self.text
    }

    /// `'a'::mood`, `CAST('a' AS mood)`
    fn cast(&self, mut c: Cursor<'_>) -> Option<Span> {
        let mut before = [None, None];
        while let Some(token) = c.token() {
            let mut behind = c;
            let next = if self.is(token) { behind.token() } else { None };
            let opens = |[cast, parenthesis]: [Option<Nested<'_>>; 2]| {
                cast.is_some_and(|cast| cast.is("CAST")) && parenthesis.is_some_and(|token| token.is_punctuation(b'('))
            };
            let is_cast = next.is_some_and(|next| next.text == "::" || (next.is("AS") && opens(before)));
            if is_cast && is_type(&mut behind, self.of) {
                return Some(token.span);
            }
            before = [before[1], Some(token)];
        }
        None
    }

    /// `CREATE TABLE t (a mood DEFAULT 'a')`
    fn of_table(&self, statement: &Statement<'_>) -> Option<Span> {
        created(statement)?;
        let mut c = statement.cursor()?;
        while !c.is_at_punctuation(b'(') {
            c.token()?;
        }
        c.parenthesised()?.parts().into_iter().find_map(|part| self.default(part))
    }

    /// From the name of a column on.
    fn default(&self, mut c: Cursor<'_>) -> Option<Span> {
        column_of(&mut c, self.of)?;
        while let Some(token) = c.token() {
            if token.depth == 0 && token.is("DEFAULT") {
                return self.whole(c);
            }
        }
        None
    }

    /// The value, if nothing is made of it: an operator may take it for a text.
    fn whole(&self, mut c: Cursor<'_>) -> Option<Span> {
        let value = c.token().filter(|token| self.is(*token))?;
        let ends = c.rest().next().is_none_or(|next| {
            next.kind == TokenKind::Word || matches!(next.kind, TokenKind::Punctuation(b',' | b')'))
        });
        (ends && !c.is_at(&["COLLATE", "AT", "LIKE", "ILIKE", "SIMILAR", "IN", "BETWEEN", "IS"])).then_some(value.span)
    }

    fn of_index(&self, statement: &Statement<'_>) -> Option<Span> {
        let table = indexed(statement)?;
        self.compared(statement.cursor()?, &table)
    }

    fn altered(&self, mut c: Cursor<'_>) -> Option<Span> {
        let table = alter::altered(&mut c)?;
        c.parts().into_iter().find_map(|mut action| {
            if action.word("ADD") {
                action.word("COLUMN");
                return self.default(action);
            }
            if !action.word("ALTER") {
                return None;
            }
            action.word("COLUMN");
            let column = action.name()?;
            let is_of_type = action.words(&["SET", "DEFAULT"]) && self.columns.has(&table, &column);
            if is_of_type { self.whole(action) } else { None }
        })
    }

    /// `INSERT INTO t (a, b) VALUES (1, 'a'), (2, 'b')`
    fn inserted(&self, mut c: Cursor<'_>) -> Option<Span> {
        if !c.words(&["INSERT", "INTO"]) {
            return None;
        }
        let table = c.qualified()?;
        let columns: Vec<_> = c.parenthesised()?.parts().into_iter().map(|mut column| column.name()).collect();
        if !c.word("VALUES") {
            return None;
        }
        while let Some(row) = c.parenthesised() {
            for (column, value) in columns.iter().zip(row.parts()) {
                let is_of_type = column.as_ref().is_some_and(|column| self.columns.has(&table, column));
                if is_of_type && let Some(span) = self.whole(value) {
                    return Some(span);
                }
            }
            if c.is_at_punctuation(b',') {
                c.token()?;
            }
        }
        None
    }

    /// `UPDATE t SET a = 'a'`, `DELETE FROM t WHERE a = 'a'`
    fn changed(&self, mut c: Cursor<'_>) -> Option<Span> {
        let is_known = c.word("UPDATE") || c.words(&["DELETE", "FROM"]);
        c.word("ONLY");
        let table = c.qualified()?;
        let is_alone = !c.rest().any(|token| token.is("USING"));
        if is_known && is_alone { self.compared(c, &table) } else { None }
    }

    /// `a = 'a'`, where a name can only be a column of that table.
    fn compared(&self, mut c: Cursor<'_>, table: &QualifiedName) -> Option<Span> {
        if c.rest().any(|token| token.is_one(&["SELECT", "FROM", "JOIN"])) {
            return None;
        }
        let mut is_qualified = false;
        while let Some(token) = c.token() {
            let mut behind = c;
            if token.kind == TokenKind::Word
                && !is_qualified
                && self.columns.has(table, &token.text.to_ascii_lowercase())
                && behind.token().is_some_and(|operator| matches!(operator.text, "=" | "<>" | "!="))
                && let Some(span) = self.whole(behind)
            {
                return Some(span);
            }
            is_qualified = token.is_punctuation(b'.');
        }
        None
    }
}
