//! PostgreSQL, 14 and later.

use super::{Impact, Lock, Work, actions, begins, has, rows_of};
use crate::QualifiedName;
use crate::cursor::{Cursor, Nested};
use crate::lex::TokenKind;

/// Types that bring a sequence, and so a default that differs from row to row.
const SERIAL: [&str; 6] = ["SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"];

/// Functions that give one value for the whole statement.
const STABLE: [&str; 5] = ["NOW", "CURRENT_TIMESTAMP", "TRANSACTION_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_DATE"];

pub(super) fn read(c: &mut Cursor<'_>) -> Option<Impact> {
    if c.word("CREATE") {
        return create(c);
    }
    if c.word("DROP") {
        return drop(c);
    }
    if c.words(&["ALTER", "TABLE"]) {
        return alter_table(c);
    }
    if c.word("TRUNCATE") {
        c.word("TABLE");
        c.word("ONLY");
        return Some(Impact::on(c.qualified(), Lock::AccessExclusive, Work::Catalogue));
    }
    if c.words(&["REFRESH", "MATERIALIZED", "VIEW"]) {
        let lock = if c.word("CONCURRENTLY") { Lock::Exclusive } else { Lock::AccessExclusive };
        return Some(Impact::on(c.qualified(), lock, Work::Rewrite));
    }
    if c.words(&["VACUUM", "FULL"]) || c.word("CLUSTER") {
        return Some(Impact::on(c.qualified(), Lock::AccessExclusive, Work::Rewrite));
    }
    if c.one_of(&["ANALYZE", "ANALYSE"]) {
        return Some(Impact::on(c.qualified(), Lock::ShareUpdateExclusive, Work::Rows));
    }
    if c.words(&["REINDEX", "TABLE"]) {
        let concurrent = c.word("CONCURRENTLY");
        let lock = if concurrent { Lock::ShareUpdateExclusive } else { Lock::Share };
        return Some(Impact::on(c.qualified(), lock, Work::Build));
    }
    if c.words(&["COMMENT", "ON", "COLUMN"]) || c.words(&["COMMENT", "ON"]) {
        return Some(Impact::on(None, Lock::ShareUpdateExclusive, Work::Catalogue));
    }
    if c.is_at(&["INSERT", "UPDATE", "DELETE", "MERGE", "COPY"]) {
        return Some(Impact::on(rows_of(c), Lock::RowExclusive, Work::Rows));
    }
    if c.one_of(&["SET", "RESET", "GRANT", "REVOKE", "NOTIFY"]) || c.words(&["ALTER", "TYPE"]) {
        return Some(Impact::new_object());
    }
    None
}

fn create(c: &mut Cursor<'_>) -> Option<Impact> {
    let unique = c.words(&["UNIQUE", "INDEX"]);
    if unique || c.word("INDEX") {
        let concurrent = c.word("CONCURRENTLY");
        let lock = if concurrent { Lock::ShareUpdateExclusive } else { Lock::Share };
        c.if_not_exists();
        // Without a name, `ON` comes at once.
        let _ = if c.is_at(&["ON"]) { None } else { c.qualified() };
        if !c.word("ON") {
            return None;
        }
        c.word("ONLY");
        return Some(Impact::on(c.qualified(), lock, Work::Build));
    }
    let replaces = c.words(&["OR", "REPLACE"]);
    if c.word("TABLE") || c.words(&["UNLOGGED", "TABLE"]) {
        return create_table(c);
    }
    if c.word("TRIGGER") || c.words(&["CONSTRAINT", "TRIGGER"]) {
        let table = after_on(c);
        return Some(Impact::on(table, Lock::ShareRowExclusive, Work::Catalogue));
    }
    if c.is_at(&["MATERIALIZED"]) {
        return Some(Impact::on(None, Lock::AccessShare, Work::Unknown));
    }
    if c.word("VIEW") && replaces {
        return Some(Impact::on(c.qualified(), Lock::AccessExclusive, Work::Catalogue));
    }
    // A policy is a part of its table, and an extension or an event trigger may do anything.
    let is_other = c.is_at(&["POLICY", "RULE", "EXTENSION", "EVENT", "STATISTICS"]);
    (!is_other).then(Impact::new_object)
}

/// A new table has nobody who waits for it; what it refers to has.
fn create_table(c: &mut Cursor<'_>) -> Option<Impact> {
    c.if_not_exists();
    c.qualified()?;
    let tokens: Vec<_> = c.rest().collect();
    if has(&tokens, &["AS"]) {
        return Some(Impact::on(None, Lock::AccessShare, Work::Unknown));
    }
    let impact = Impact::new_object();
    Some(
        referred(&tokens).into_iter().fold(impact, |impact, table| {
            impact.and(Impact::on(Some(table), Lock::ShareRowExclusive, Work::Catalogue))
        }),
    )
}

/// The tables behind `REFERENCES`, where they are plain names.
fn referred(tokens: &[Nested<'_>]) -> Vec<QualifiedName> {
    let mut tables = Vec::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.is("REFERENCES")) {
        let name = |token: Option<&Nested<'_>>| match token {
            Some(token) if token.kind == TokenKind::Word => Some(token.text.to_ascii_lowercase()),
            Some(token) if token.kind == TokenKind::QuotedIdent => Some(token.text.trim_matches('"').to_owned()),
            _ => None,
        };
        let is_dot = tokens.get(at + 2).is_some_and(|token| token.kind == TokenKind::Punctuation(b'.'));
        match (name(tokens.get(at + 1)), is_dot) {
            (Some(schema), true) => {
                let name = name(tokens.get(at + 3));
                tables.extend(name.map(|name| QualifiedName { schema: Some(schema), name }));
            }
            (Some(name), false) => tables.push(QualifiedName { schema: None, name }),
            (None, _) => {}
        }
    }
    tables
}

fn after_on(c: &mut Cursor<'_>) -> Option<QualifiedName> {
    while !c.is_at_end() {
        if c.word("ON") {
            return c.qualified();
        }
        c.token();
    }
    None
}

fn drop(c: &mut Cursor<'_>) -> Option<Impact> {
    if c.word("INDEX") {
        let concurrent = c.word("CONCURRENTLY");
        let lock = if concurrent { Lock::ShareUpdateExclusive } else { Lock::AccessExclusive };
        return Some(Impact::on(None, lock, Work::Catalogue));
    }
    if c.word("TABLE") || c.words(&["MATERIALIZED", "VIEW"]) || c.word("VIEW") {
        c.if_exists();
        let mut impact = Impact::on(c.qualified(), Lock::AccessExclusive, Work::Catalogue);
        while c.punctuation(b',') {
            impact = impact.and(Impact::on(c.qualified(), Lock::AccessExclusive, Work::Catalogue));
        }
        return Some(impact);
    }
    if c.one_of(&["TRIGGER", "RULE", "POLICY"]) {
        return Some(Impact::on(after_on(c), Lock::AccessExclusive, Work::Catalogue));
    }
    Some(Impact::new_object())
}

fn alter_table(c: &mut Cursor<'_>) -> Option<Impact> {
    c.if_exists();
    c.word("ONLY");
    let table = c.qualified()?;
    let nothing = Impact::on(Some(table), Lock::None, Work::Catalogue);
    Some(actions(c).iter().map(|action| one(action)).fold(nothing, Impact::and))
}

/// One action of `ALTER TABLE`, without its table.
fn one(action: &[Nested<'_>]) -> Impact {
    let impact = |lock, work| Impact::on(None, lock, work);
    let is = |words: &[&str]| begins(action, words);
    let strongest = |work| impact(Lock::AccessExclusive, work);
    if is(&["ADD", "CONSTRAINT"]) || begins_constraint(action) {
        return add_constraint(action);
    }
    if is(&["ADD"]) {
        return add_column(action);
    }
    if is(&["VALIDATE", "CONSTRAINT"]) {
        return impact(Lock::ShareUpdateExclusive, Work::Scan);
    }
    if is(&["ALTER"]) {
        let set = |words: &[&str]| has(action, words);
        return if set(&["TYPE"]) {
            strongest(Work::MayRewrite)
        } else if set(&["SET", "NOT", "NULL"]) {
            strongest(Work::Scan)
        } else if set(&["SET", "STATISTICS"]) || set(&["SET"]) && action.last().is_some_and(|token| token.text == ")") {
            impact(Lock::ShareUpdateExclusive, Work::Catalogue)
        } else {
            strongest(Work::Catalogue)
        };
    }
    if is(&["SET", "LOGGED"]) || is(&["SET", "UNLOGGED"]) || is(&["SET", "TABLESPACE"]) || is(&["SET", "ACCESS"]) {
        return strongest(Work::Rewrite);
    }
    if is(&["SET", "SCHEMA"]) || is(&["SET", "WITHOUT"]) {
        return strongest(Work::Catalogue);
    }
    if is(&["SET"]) || is(&["RESET"]) || is(&["CLUSTER"]) {
        return impact(Lock::ShareUpdateExclusive, Work::Catalogue);
    }
    if (is(&["ENABLE"]) || is(&["DISABLE"])) && has(action, &["TRIGGER"]) {
        return impact(Lock::ShareRowExclusive, Work::Catalogue);
    }
    if is(&["ATTACH", "PARTITION"]) {
        return impact(Lock::ShareUpdateExclusive, Work::Scan);
    }
    if is(&["DETACH", "PARTITION"]) && (has(action, &["CONCURRENTLY"]) || has(action, &["FINALIZE"])) {
        return impact(Lock::ShareUpdateExclusive, Work::Catalogue);
    }
    strongest(Work::Catalogue)
}

fn begins_constraint(action: &[Nested<'_>]) -> bool {
    let kinds = ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"];
    begins(action, &["ADD"]) && action.get(1).is_some_and(|token| token.is_one(&kinds))
}

fn add_constraint(action: &[Nested<'_>]) -> Impact {
    let unproven = has(action, &["NOT", "VALID"]);
    let proof = if unproven { Work::Catalogue } else { Work::Scan };
    if has(action, &["FOREIGN", "KEY"]) {
        let itself = Impact::on(None, Lock::ShareRowExclusive, proof);
        return referred(action).into_iter().fold(itself, |impact, table| {
            impact.and(Impact::on(Some(table), Lock::ShareRowExclusive, Work::Catalogue))
        });
    }
    let work = match () {
        () if has(action, &["USING", "INDEX"]) && !has(action, &["USING", "INDEX", "TABLESPACE"]) => Work::Catalogue,
        () if has(action, &["CHECK"]) || has(action, &["NOT", "NULL"]) => proof,
        () => Work::Build,
    };
    Impact::on(None, Lock::AccessExclusive, work)
}

fn add_column(action: &[Nested<'_>]) -> Impact {
    let is_serial = action.iter().any(|token| token.depth == 0 && token.is_one(&SERIAL));
    let mut work = Work::Catalogue;
    if has(action, &["UNIQUE"]) || has(action, &["PRIMARY", "KEY"]) {
        work = work.max(Work::Build);
    }
    if has(action, &["CHECK"]) {
        work = work.max(Work::Scan);
    }
    if is_serial || has(action, &["GENERATED"]) && !has(action, &["VIRTUAL"]) {
        work = work.max(Work::Rewrite);
    } else if calls(action) {
        work = work.max(Work::MayRewrite);
    }
    let itself = Impact::on(None, Lock::AccessExclusive, work);
    referred(action)
        .into_iter()
        .fold(itself, |impact, table| impact.and(Impact::on(Some(table), Lock::ShareRowExclusive, Work::Catalogue)))
}

/// Whether its default is made by something that may be another value for each row.
fn calls(action: &[Nested<'_>]) -> bool {
    let default = action.iter().skip_while(|token| !(token.depth == 0 && token.is("DEFAULT"))).skip(1);
    let default: Vec<_> =
        default.take_while(|token| !token.is_one(&["NOT", "CHECK", "UNIQUE", "REFERENCES"])).collect();
    default.windows(2).any(|pair| {
        let is_call = pair[0].kind == TokenKind::Word && pair[1].kind == TokenKind::Punctuation(b'(');
        is_call && !pair[0].is_one(&STABLE)
    })
}
