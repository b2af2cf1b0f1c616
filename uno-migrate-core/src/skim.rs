//! What a history says of an embedded set, read from its [`Index`](crate::Index) without reading the rest: of ten thousand
//! migrations, in a few milliseconds.
//!
//! The types are those of the index, with everything in its place that stands before what is wanted, and nothing kept.
#![allow(dead_code, reason = "most of it only stands in the way")]

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Checksum, Dialect};

/// A migration of an index as a history knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skimmed<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whether it is SQL or a `.rs` file.
    pub body: SkimmedBody,
}

/// What is known of what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkimmedBody {
    /// Its SQL for a database; none where it has none for that one.
    Sql(Option<Checksum>),
    /// A `.rs` file of the directory tells by itself, if at all.
    Coded,
}

/// The migrations of an encoded index, in its order, as they are for a database.
///
/// # Errors
/// Where the bytes are not an index of this version.
pub fn skim(index: &[u8], dialect: Dialect) -> Result<Vec<Skimmed<'_>>, postcard::Error> {
    // The entries come first.
    Entries(dialect).deserialize(&mut postcard::Deserializer::from_bytes(index))
}

/// All of them, one after the other: each is much larger than what is kept of it.
struct Entries(Dialect);

impl<'de> DeserializeSeed<'de> for Entries {
    type Value = Vec<Skimmed<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<Skimmed<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut skimmed = Vec::with_capacity(list.size_hint().unwrap_or_default());
        while let Some(entry) = list.next_element::<Entry<'de>>()? {
            skimmed.push(match entry {
                Entry::Sql(Sql { info, scripts: Checksums(checksums), .. }) => {
                    Skimmed { id: info.id, body: SkimmedBody::Sql(checksums[self.0 as usize]) }
                }
                Entry::Coded { id, .. } => Skimmed { id, body: SkimmedBody::Coded },
            });
        }
        Ok(skimmed)
    }
}

#[derive(Deserialize)]
enum Entry<'a> {
    #[serde(borrow)]
    Sql(Sql<'a>),
    Coded {
        id: &'a str,
        path: &'a str,
        checksum: Option<&'a str>,
    },
}

#[derive(Deserialize)]
struct Sql<'a> {
    #[serde(borrow)]
    info: Info<'a>,
    #[serde(borrow)]
    files: Skip<&'a str>,
    scripts: Checksums,
}

#[derive(Deserialize)]
struct Info<'a> {
    id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    #[serde(borrow)]
    depends: Skip<(Option<&'a str>, &'a str)>,
    #[serde(borrow)]
    tags: Skip<&'a str>,
    version: Option<&'a str>,
    #[serde(borrow)]
    hooks: [Skip<&'a str>; 4],
    breaking: Option<&'a str>,
}

#[derive(Deserialize)]
struct Script<'a> {
    dialect: Dialect,
    file: usize,
    #[serde(borrow)]
    up: Section<'a>,
    #[serde(borrow)]
    down: Down<'a>,
    checksum: Checksum,
}

#[derive(Deserialize)]
enum Down<'a> {
    #[serde(borrow)]
    Section(Section<'a>),
    Irreversible(&'a str),
    Missing,
}

#[derive(Deserialize)]
struct Section<'a> {
    statements: Skip<(u32, u32)>,
    no_transaction: bool,
    foreign_keys_off: bool,
    lock_timeout: Option<Timeout>,
    statement_timeout: Option<Timeout>,
    nothing: Option<&'a str>,
    #[serde(borrow)]
    allow: Skip<(&'a str, &'a str)>,
}

#[derive(Deserialize)]
enum Timeout {
    None,
    After(Duration),
}

/// A list of which nothing is kept.
struct Skip<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Skip<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Skip<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Skip<T>, A::Error> {
        while list.next_element::<T>()?.is_some() {}
        Ok(Skip(PhantomData))
    }
}

/// Of the scripts, their checksums.
struct Checksums([Option<Checksum>; 3]);

impl<'de> Deserialize<'de> for Checksums {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Scripts)
    }
}

struct Scripts;

impl<'de> Visitor<'de> for Scripts {
    type Value = Checksums;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of scripts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Checksums, A::Error> {
        let mut checksums = [None; 3];
        while let Some(Script { dialect, checksum, .. }) = list.next_element()? {
            checksums[dialect as usize] = Some(checksum);
        }
        Ok(Checksums(checksums))
    }
}
