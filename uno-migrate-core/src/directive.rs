//! Header lines: `-- Key: value`, and what is nearly one.

use crate::migration::Timeout;
use crate::split::Finding;
use crate::{Dependency, Span};

/// What a header line can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Migration,
    Description,
    Dependencies,
    Tags,
    Version,
    BeforeApply,
    AfterApply,
    BeforeRevert,
    AfterRevert,
    Transaction,
    Irreversible,
    Nothing,
    Breaking,
    ForeignKeys,
    LockTimeout,
    StatementTimeout,
    Allow,
}

/// A header line that says something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Directive {
    pub(crate) key: Key,
    pub(crate) key_span: Span,
    /// Without the blanks around it.
    pub(crate) value: Span,
}

impl Key {
    const ALL: [(Self, &str); 17] = [
        (Self::Migration, "Migration"),
        (Self::Description, "Description"),
        (Self::Dependencies, "Dependencies"),
        (Self::Tags, "Tags"),
        (Self::Version, "Version"),
        (Self::BeforeApply, "BeforeApply"),
        (Self::AfterApply, "AfterApply"),
        (Self::BeforeRevert, "BeforeRevert"),
        (Self::AfterRevert, "AfterRevert"),
        (Self::Transaction, "Transaction"),
        (Self::Irreversible, "Irreversible"),
        (Self::Nothing, "Nothing"),
        (Self::Breaking, "Breaking"),
        (Self::ForeignKeys, "ForeignKeys"),
        (Self::LockTimeout, "LockTimeout"),
        (Self::StatementTimeout, "StatementTimeout"),
        (Self::Allow, "Allow"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|&(key, _)| key == self).map_or("", |(_, name)| name)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(key, _)| key)
    }

    /// Whether a value speaks for this key: it tells a slip (`Tag: auth`) from prose (`Tag: see the wiki`).
    fn fits(self, value: &str) -> bool {
        let is_list_of = |fits: fn(&str) -> bool| value.split(',').all(|item| fits(item.trim()));
        let is_word = |item: &str| !item.is_empty() && !item.contains(char::is_whitespace);
        match self {
            Self::Dependencies => is_list_of(|item| Dependency::parse(item.trim_end_matches(".sql")).is_ok()),
            Self::Tags | Self::BeforeApply | Self::AfterApply | Self::BeforeRevert | Self::AfterRevert => {
                is_list_of(is_word)
            }
            Self::Transaction => value.eq_ignore_ascii_case("none"),
            Self::ForeignKeys => value.eq_ignore_ascii_case("off"),
            Self::LockTimeout | Self::StatementTimeout => Timeout::parse(value).is_some(),
            Self::Allow => value.split_whitespace().next().is_some_and(|rule| rule.contains(['-', '_'])),
            // Whatever these say is prose, so it proves nothing.
            Self::Migration
            | Self::Description
            | Self::Version
            | Self::Irreversible
            | Self::Nothing
            | Self::Breaking => false,
        }
    }
}

/// The directives among the comments of a header, and what is nearly one, with the key that was probably meant.
pub(crate) fn read(text: &str, comments: &[Span]) -> (Vec<Directive>, Vec<(Key, Finding)>) {
    let (mut directives, mut findings) = (Vec::new(), Vec::new());
    for &comment in comments {
        let Some((key_span, value)) = key_and_value(text, comment) else { continue };
        let key = key_span.of(text);
        if let Some(key) = Key::from_name(key) {
            directives.push(Directive { key, key_span, value });
        } else if let Some(meant) = nearly(key, value.of(text)) {
            let message = format!("`{key}` is no directive");
            let help = Some(format!("write `{}:`", meant.name()));
            findings.push((meant, Finding { span: key_span, message, help }));
        }
    }
    (directives, findings)
}

/// The trimmed spans in front of and behind the first colon of a comment.
fn key_and_value(text: &str, comment: Span) -> Option<(Span, Span)> {
    let body = comment.of(text);
    let start = comment.start as usize + body.len() - body.trim_start_matches('-').len();
    let end = comment.end as usize;
    let colon = start + text.get(start..end)?.find(':')?;
    let key = trimmed(text, start, colon);
    (!key.of(text).is_empty()).then(|| (key, trimmed(text, colon + 1, end)))
}

/// The span of a part of the text without the blanks around it.
pub(crate) fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or_default();
    let start = start + part.len() - part.trim_start().len();
    Span::new(start..start + part.trim().len())
}

/// Words of their own that are only a slip away from a key, in English and its neighbours.
#[rustfmt::skip]
const PROSE: [&str; 25] = [
    "braking", "descriptive", "descriptor", "migrating", "migrator", "noting", "transactional", "transition",
    "transitions", "translation", "dependencia", "dependencias", "descripcion", "descriptif", "migracion", "migrasjon",
    "migratie", "migrazione", "transaccion", "transactie", "transaktion", "versione", "versjon", "versao", "versio",
];

/// The key that was probably meant. Headers hold prose as well, so a doubtful word counts only if its value fits.
fn nearly(written: &str, value: &str) -> Option<Key> {
    let word = written.to_ascii_lowercase();
    let joined: String = word.chars().filter(|letter| !matches!(letter, ' ' | '_' | '-')).collect();
    if let Some(key) = Key::from_name(&joined) {
        return (!word.contains(' ') || key.fits(value)).then_some(key);
    }
    if matches!(joined.as_str(), "dependency" | "dependson" | "depends" | "depend" | "requires") {
        return Key::Dependencies.fits(value).then_some(Key::Dependencies);
    }
    let is_word = joined.bytes().all(|byte| byte.is_ascii_lowercase()) && !word.contains(' ');
    if !is_word || PROSE.contains(&joined.as_str()) {
        return None;
    }
    let slips = |key: &str| strsim::damerau_levenshtein(&joined, key);
    Key::ALL.into_iter().find_map(|(key, name)| {
        let name = name.to_ascii_lowercase();
        let is_inflected = joined.strip_suffix('s') == Some(&name) || name.strip_suffix('s') == Some(&joined);
        let is_near = match name.len() {
            _ if is_inflected => key.fits(value),
            ..6 => slips(&name) == 1 && joined.len() == name.len() && key.fits(value),
            6..9 => slips(&name) == 1,
            _ => slips(&name) <= 2,
        };
        (is_near && joined.as_bytes().first() == name.as_bytes().first()).then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a header of that one line gives: a key and its value, a suggestion, or nothing.
    fn line(text: &str) -> String {
        let (directives, findings) = read(text, &[Span::new(0..text.len())]);
        match (directives.as_slice(), findings.as_slice()) {
            ([one], []) => format!("{} = {}", one.key.name(), one.value.of(text)),
            ([], [(_, one)]) => format!("{}: {}", one.message, one.help.clone().unwrap_or_default()),
            ([], []) => String::new(),
            _ => unreachable!(),
        }
    }

    #[test]
    fn case_and_blanks_do_not_matter() {
        for text in ["-- Tags: a, b", "--Tags:a, b", "--   tAGS  :  a, b  ", "--- Tags: a, b"] {
            assert_eq!(line(text), "Tags = a, b", "{text}");
        }
        assert_eq!(line("-- Description: why: because"), "Description = why: because");
        assert_eq!(line("-- Tags:"), "Tags = ");
    }

    #[test]
    fn slips_are_told() {
        for (text, meant) in [
            ("-- Dependancies: 1_a", "Dependencies"),
            ("-- Dependencys: 1_a", "Dependencies"),
            ("-- dependecies: what comes first", "Dependencies"),
            ("-- Dependency: 1_a", "Dependencies"),
            ("-- Depends on: 1_a, billing:2_b", "Dependencies"),
            ("-- Depends: 1_a.sql", "Dependencies"),
            ("-- Requires: 1_a", "Dependencies"),
            ("-- Tag: auth", "Tags"),
            ("-- Tasg: auth, schema", "Tags"),
            ("-- Descripton: about", "Description"),
            ("-- Migraton: about", "Migration"),
            ("-- Verison: 2", "Version"),
            ("-- Transactions: none", "Transaction"),
            ("-- Transction: none", "Transaction"),
            ("-- Ireversible: gone", "Irreversible"),
            ("-- Nothng: gone", "Nothing"),
            ("-- Braeking: gone", "Breaking"),
            ("-- before_apply: hook", "BeforeApply"),
            ("-- After Revert: hook", "AfterRevert"),
            ("-- BeforApply: hook", "BeforeApply"),
            ("-- foreign-keys: off", "ForeignKeys"),
            ("-- ForeignKey: off", "ForeignKeys"),
            ("-- Lock timeout: 5s", "LockTimeout"),
            ("-- LockTimeuot: 5s", "LockTimeout"),
            ("-- Statement_Timeout: 5s", "StatementTimeout"),
            ("-- Allows: lock-table it is small", "Allow"),
        ] {
            assert!(line(text).ends_with(&format!("is no directive: write `{meant}:`")), "{text}: {}", line(text));
        }
    }

    #[test]
    fn prose_is_left_alone() {
        for text in [
            "-- Created at: 2024-01-31 12:00:00",
            "-- Author: somebody",
            "-- Note: tags are kept",
            "-- Action: run by hand",
            "-- Versions: 1 and 2",
            "-- Migrations: see the wiki",
            "-- Migrating: old to new",
            "-- Transition: from old to new",
            "-- Translation: of names",
            "-- Transactional: yes",
            "-- Transactions: one per row",
            "-- Foreign keys: users.id, roles.id",
            "-- Depends on: the users table",
            "-- Depends: on the users table",
            "-- Dependency: the users table",
            "-- Tag: see the wiki",
            "-- Tabs: four blanks",
            "-- Bags: small, big",
            "-- Reversible: yes",
            "-- Creating: users",
            "-- Allows: users to log in",
            "-- Alloy: steel",
            "-- Lock timeout: keep it short",
            "-- https://example.org/a:b",
            "-- 12:30 is when it happened",
            "-- The tags: a, b",
            "-- : nothing",
            "--",
            "-- no colon",
            "-- Überschrift: so",
            "-- Descripción: crea usuarios",
            "-- Migración: usuarios",
            "-- Dependencias: usuarios",
            "-- Transaktion: ja",
            "-- Migration 12: users",
            "-- Migration_12: users",
            "-- Migration#12: users",
            "-- Version2: users",
            "-- Dependencies (optional): users",
        ] {
            assert_eq!(line(text), "", "{text}");
        }
    }
}
