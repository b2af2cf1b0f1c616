//! The file as text.
//!
//! ```text
//! # two lines of comment
//! uno.sum 1 postgres,mysql,sqlite
//! <chain> <id> <content> [<judge>=<rules>/<library>/<digest> …]
//! ```
//!
//! The content is one checksum where all databases have the same, else `<database>=<checksum>,…`; of a Rust migration it
//! is `-` or `rust:…`. The chain value is the [digest](Digest) of the one in front of it, a blank, the id, a blank and the
//! content; in front of the first stands that of the line `uno.sum …`. So each line vouches for all above it: wherever two
//! branches add or change something, both change the last line, and git cannot merge that by itself.

use std::fmt;

use super::digest::Digest;
use super::{Content, Proof, SUM_FILE, Sum, SumLine, WRITE_ANEW};
use crate::{Checksum, Dialect, MigrationId, Origin, Problem, Span};

const VERSION: &str = "1";
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// A file that was read, and where what stands in it.
pub(crate) struct Read<'a> {
    pub(crate) sum: Sum,
    shown: &'a str,
    text: &'a str,
    header: Span,
    /// The ids.
    ids: Vec<Span>,
}

impl Read<'_> {
    /// Where the databases are listed.
    pub(crate) fn header(&self) -> Origin {
        Origin::at(self.shown, self.text, self.header)
    }

    /// Where a line has its id.
    pub(crate) fn line(&self, number: usize) -> Option<Origin> {
        self.ids.get(number).map(|&span| Origin::at(self.shown, self.text, span))
    }
}

/// Reads a file, up to the first thing that is wrong with it: what comes behind that is not to be trusted.
pub(crate) fn read<'a>(shown: &'a str, text: &'a str) -> Result<Read<'a>, Problem> {
    let mut read: Option<(Read<'a>, Digest)> = None;
    let mut end = 0;
    for whole in text.split_inclusive('\n') {
        let start = end;
        end += whole.len();
        let line = whole.trim_end_matches('\n');
        let wrong = |message: &str, help: &str| {
            let span = Span::new(start..start + line.len());
            Problem::at(Origin::at(shown, text, span), message).with_help(help)
        };
        if MARKERS.iter().any(|marker| line.starts_with(marker)) {
            let message = "`uno.sum` holds a merge conflict: both sides have changed the migrations";
            return Err(wrong(
                message,
                &format!("see that they run in the right order, then write it anew: {WRITE_ANEW}"),
            ));
        }
        match &mut read {
            _ if line.is_empty() => {}
            None if line.starts_with('#') => {}
            None => {
                let dialects = header(line).map_err(|(message, help)| wrong(&message, &help))?;
                let sum = Sum { dialects, lines: Vec::new() };
                let header = Span::new(start..start + line.len());
                read = Some((Read { sum, shown, text, header, ids: Vec::new() }, Digest::of(&[line.as_bytes()])));
            }
            Some((read, chain)) => {
                let parsed = parse(line, &mut *chain, &read.sum.dialects).ok_or_else(|| {
                    let message =
                        "`uno.sum` was changed by hand, cut off or merged: this line does not follow from those above";
                    wrong(message, &format!("write it anew: {WRITE_ANEW}"))
                })?;
                let id = start + line.find(' ').map_or(0, |blank| blank + 1);
                read.ids.push(Span::new(id..id + parsed.id.as_str().len()));
                read.sum.lines.push(parsed);
            }
        }
    }
    let empty = || Problem::at(Origin::file(shown), "`uno.sum` is empty").with_help(format!("write it: {WRITE_ANEW}"));
    read.map(|(read, _)| read).ok_or_else(empty)
}

/// The databases that a file names, be it as damaged as a merge leaves it.
pub(super) fn dialects(text: &str) -> Option<Vec<Dialect>> {
    text.lines().find_map(|line| header(line).ok())
}

/// The databases, or what is wrong and what to do.
fn header(line: &str) -> Result<Vec<Dialect>, (String, String)> {
    let anew = || format!("write it anew: {WRITE_ANEW}");
    let mut words = line.split(' ');
    let (name, version, list) = (words.next(), words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if name != Some(SUM_FILE) {
        return Err(("this is no `uno.sum`: it begins with a line `uno.sum 1 …`".to_owned(), anew()));
    }
    if version != VERSION && version.parse::<u16>().is_ok_and(|version| version > 1) {
        let message = format!("`uno.sum` has format {version}, and this version of uno-migrate reads format {VERSION}");
        return Err((message, "update uno-migrate to the version that wrote it".to_owned()));
    }
    let dialects: Option<Vec<_>> = list.split(',').map(Dialect::from_name).collect();
    match dialects {
        Some(dialects) if version == VERSION && words.next().is_none() && dialects.is_sorted_by(|a, b| a < b) => {
            Ok(dialects)
        }
        _ => Err(("the databases of `uno.sum` cannot be read".to_owned(), anew())),
    }
}

/// A line, if it follows from the chain in front of it, which it then goes on with.
fn parse(line: &str, chain: &mut Digest, dialects: &[Dialect]) -> Option<SumLine> {
    let mut words = line.split(' ');
    let (own, id, content) = (Digest::parse(words.next()?)?, words.next()?, words.next()?);
    *chain = then(*chain, id, content);
    if own != *chain {
        return None;
    }
    let mut proofs = Vec::new();
    for word in words {
        // A judge that is not known here is one of another version: what it has proven is nothing to this one.
        let (_, proof) = word.split_once('=')?;
        if proof.is_empty() {
            return None;
        }
        proofs.extend(Proof::parse(word));
    }
    Some(SumLine { id: MigrationId::parse(id).ok()?, content: parse_content(content, dialects)?, proofs })
}

fn then(chain: Digest, id: &str, content: &str) -> Digest {
    Digest::of(&[format!("{chain} {id} {content}").as_bytes()])
}

fn parse_content(text: &str, dialects: &[Dialect]) -> Option<Content> {
    if text == NOTHING || text.starts_with(CODED) {
        return Some(Content::Coded(text.to_owned()));
    }
    if !text.contains('=') {
        return Some(Content::Sql(vec![text.parse().ok()?; dialects.len()]));
    }
    let mut parts = text.split(',');
    let mut checksums: Vec<Checksum> = Vec::with_capacity(dialects.len());
    for dialect in dialects {
        let (name, checksum) = parts.next()?.split_once('=')?;
        checksums.push(checksum.parse().ok().filter(|_| name == dialect.name())?);
    }
    parts.next().is_none().then_some(Content::Sql(checksums))
}

const NOTHING: &str = "-";
const CODED: &str = "rust:";

impl Content {
    /// That of a Rust migration with this checksum, which may be any text: what would not be one word is escaped.
    pub(super) fn coded(checksum: Option<&str>) -> Self {
        let Some(checksum) = checksum else { return Self::Coded(NOTHING.to_owned()) };
        let escaped = checksum.bytes().map(|byte| match byte {
            b'%' => "%25".to_owned(),
            b'!'..=b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02x}"),
        });
        Self::Coded([CODED.to_owned()].into_iter().chain(escaped).collect())
    }

    /// Whether it tells this migration from others.
    pub(super) fn is_telling(&self) -> bool {
        match self {
            Self::Sql(checksums) => checksums.iter().all(|checksum| *checksum != Checksum::of_nothing()),
            Self::Coded(text) => text != NOTHING,
        }
    }

    /// Whether it is that of a file in which nothing stands yet.
    pub(super) fn is_unwritten(&self) -> bool {
        matches!(self, Self::Sql(checksums) if checksums.iter().all(|checksum| *checksum == Checksum::of_nothing()))
    }

    fn write(&self, dialects: &[Dialect]) -> String {
        match self {
            Self::Coded(text) => text.clone(),
            Self::Sql(checksums) => match checksums.split_first() {
                Some((first, rest)) if rest.iter().all(|other| other == first) => first.to_string(),
                _ => {
                    let each =
                        dialects.iter().zip(checksums).map(|(dialect, checksum)| format!("{dialect}={checksum}"));
                    each.collect::<Vec<_>>().join(",")
                }
            },
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dialects, lines } = self;
        let list: Vec<_> = dialects.iter().map(|dialect| dialect.name()).collect();
        let header = format!("{SUM_FILE} {VERSION} {}", list.join(","));
        writeln!(
            f,
            "# What each migration of this directory says, in plan order; compiling checks it. Commit this file."
        )?;
        writeln!(f, "# Do not edit or merge it. After a change or a conflict, write it anew: {WRITE_ANEW}")?;
        writeln!(f, "{header}")?;
        let mut chain = Digest::of(&[header.as_bytes()]);
        for SumLine { id, content, proofs } in lines {
            let content = content.write(dialects);
            chain = then(chain, id.as_str(), &content);
            write!(f, "{chain} {id} {content}")?;
            proofs.iter().try_for_each(|proof| write!(f, " {proof}"))?;
            writeln!(f)?;
        }
        Ok(())
    }
}
