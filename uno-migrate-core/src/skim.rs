//! What a history says of an embedded set, read from its [`Index`](crate::Index) without reading the rest: of ten thousand
//! migrations, in a few milliseconds.
//!
//! The types are those of the index, with everything in its place that stands before what is wanted, and nothing kept.
#![allow(dead_code, reason = "most of it only stands in the way")]

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Checksum, Dialect};

/// A migration of an index as a history knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skimmed<'a> {
    /// SQL.
    Sql {
        /// Its id.
        id: &'a str,
        /// Of what it is on each database, in the order of [`Dialect::ALL`]; none where it is not for that one.
        checksums: [Option<Checksum>; 3],
    },
    /// A `.rs` file of the directory.
    Coded {
        /// Its id.
        id: &'a str,
    },
}

/// The migrations of an encoded index, in its order.
///
/// # Errors
/// Where the bytes are not an index of this version.
pub fn skim(index: &[u8]) -> Result<Vec<Skimmed<'_>>, postcard::Error> {
    // The entries come first.
    let (entries, _) = postcard::take_from_bytes::<Vec<Entry<'_>>>(index)?;
    let skimmed = entries.into_iter().map(|entry| match entry {
        Entry::Sql(Sql { info, scripts: Checksums(checksums), .. }) => Skimmed::Sql { id: info.id, checksums },
        Entry::Coded { id, .. } => Skimmed::Coded { id },
    });
    Ok(skimmed.collect())
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
