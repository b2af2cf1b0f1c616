//! The set as it is now, as far as `uno.sum` is about it.

use super::digest::Digest;
use super::proof::Scope;
use super::{Content, Sum, SumLine};
use crate::{Checksum, Dialect, MigrationId, Origin, SqlMigration};

/// A migration as it is now.
#[derive(Clone, Copy)]
pub(crate) struct Current<'a> {
    pub(crate) id: &'a MigrationId,
    pub(crate) body: Body<'a>,
    /// Where it is written, if that is known.
    pub(crate) origin: Option<&'a Origin>,
}

#[derive(Clone, Copy)]
pub(crate) enum Body<'a> {
    Sql(&'a SqlMigration),
    /// What its attribute gives as a checksum. What a struct computes is known at run time only.
    Coded(Option<&'a str>),
}

impl<'a> Current<'a> {
    /// What that database reads.
    fn text(&self, dialect: Dialect) -> Option<&'a str> {
        match self.body {
            Body::Sql(migration) => migration.script(dialect).map(|script| &*migration.file(script).text),
            Body::Coded(_) => None,
        }
    }

    fn content(&self, dialects: &[Dialect]) -> Content {
        match self.body {
            Body::Sql(migration) => {
                let checksum =
                    |&dialect| migration.script(dialect).map_or_else(Checksum::of_nothing, |script| script.checksum);
                Content::Sql(dialects.iter().map(checksum).collect())
            }
            Body::Coded(checksum) => Content::coded(checksum),
        }
    }
}

/// What `uno.sum` would say of migrations in plan order, if nothing were proven.
pub(crate) fn sum(dialects: &[Dialect], migrations: &[Current<'_>]) -> Sum {
    let line = |migration: &Current<'_>| SumLine {
        id: migration.id.clone(),
        content: migration.content(dialects),
        proofs: Vec::new(),
    };
    Sum { dialects: dialects.to_vec(), lines: migrations.iter().map(line).collect() }
}

/// What a verdict about each of them depends on; none where there is nothing to judge.
pub(crate) fn digests(scope: Scope, migrations: &[Current<'_>]) -> Vec<Option<Digest>> {
    /// In place of what Rust code does to the database, which nobody knows; no text holds this byte.
    const UNKNOWN: &[u8] = &[0xFF];
    let mut before = Digest::of(&[]);
    let digest = |migration: &Current<'_>| match scope {
        Scope::File(dialect) => migration.text(dialect).map(of_file),
        Scope::Order(dialect) => {
            let text = migration.text(dialect);
            before = Digest::of(&[before.to_string().as_bytes(), text.map_or(UNKNOWN, str::as_bytes)]);
            text.map(|_| before)
        }
    };
    migrations.iter().map(digest).collect()
}

/// What a verdict about one file depends on.
pub(super) fn of_file(text: &str) -> Digest {
    Digest::of(&[text.as_bytes()])
}
