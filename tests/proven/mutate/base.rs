//! What is broken: files of valid sets, and where in them what stands.

use std::ops::Range;

use uno_migrate::Dialect;

use crate::set::MigrationSet;
use crate::support::Random;
use crate::tokens::{Kind, Token, tokens};

/// The sets of one database, and each file of them that can be broken.
pub(crate) struct Shelf {
    pub(crate) dialect: Dialect,
    pub(crate) sets: Vec<MigrationSet>,
    pub(crate) bases: Vec<Base>,
}

/// A valid file.
pub(crate) struct Base {
    pub(crate) dialect: Dialect,
    pub(crate) set: usize,
    pub(crate) file: usize,
    pub(crate) name: String,
    pub(crate) text: String,
    /// What the database would miss, in order.
    content: Vec<Token>,
    /// The line of the marker.
    pub(crate) marker: Range<usize>,
}

/// Which part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Up,
    Down,
}

impl Shelf {
    pub(crate) fn new(dialect: Dialect, sets: Vec<MigrationSet>) -> Self {
        let bases = sets.iter().enumerate().flat_map(|(at, set)| {
            set.files
                .iter()
                .enumerate()
                .filter_map(move |(file, (name, text))| Base::new(dialect, at, file, name, text))
        });
        let bases = bases.collect();
        Self { dialect, sets, bases }
    }

    pub(crate) fn set(&self, base: &Base) -> &MigrationSet {
        &self.sets[base.set]
    }

    /// The other files of a base's set.
    pub(crate) fn others(&self, base: &Base) -> Vec<&(String, String)> {
        self.set(base).files.iter().filter(|(name, _)| *name != base.name).collect()
    }

    /// The files of a set in which a base is changed.
    pub(crate) fn files(&self, base: &Base, change: &super::Change) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, text) in &self.set(base).files {
            match *name == base.name {
                true => files.push((change.name.clone().unwrap_or_else(|| name.clone()), change.text(text))),
                false => files.push((name.clone(), text.clone().into_bytes())),
            }
        }
        for (name, text) in &change.beside {
            files.retain(|(known, _)| known != name);
            files.push((name.clone(), text.clone().into_bytes()));
        }
        files
    }
}

impl Base {
    fn new(dialect: Dialect, set: usize, file: usize, name: &str, text: &str) -> Option<Self> {
        let all = tokens(dialect, text);
        let is_marker = |token: &&Token| {
            let said = text[token.at.clone()].trim();
            token.kind == Kind::Comment && matches!(said, "-- DOWN" | "-- === DOWN MIGRATION ===")
        };
        // One that is irreversible has none, and breaks in fewer ways.
        let marker = all.iter().find(is_marker)?.at.clone();
        let marker = text[..marker.start].rfind('\n').map_or(0, |end| end + 1)..marker.end;
        let content = all.into_iter().filter(Token::is_content).collect();
        let (name, text) = (name.to_owned(), text.to_owned());
        Some(Self { dialect, set, file, name, text, content, marker })
    }

    /// A file of no shelf.
    pub(crate) fn of_file(dialect: Dialect, name: &str, text: &str) -> Option<Self> {
        Self::new(dialect, 0, 0, name, text)
    }

    pub(crate) fn id(&self) -> String {
        id(&self.name)
    }

    pub(crate) fn of(&self, token: &Token) -> &str {
        &self.text[token.at.clone()]
    }

    /// The content of a half.
    pub(crate) fn content(&self, half: Half) -> &[Token] {
        let up = self.content.partition_point(|token| token.at.end <= self.marker.start);
        match half {
            Half::Up => &self.content[..up],
            Half::Down => &self.content[up..],
        }
    }

    /// A half: the way up twice as often.
    pub(crate) fn half(&self, random: &mut Random) -> Half {
        if random.one_in(3) { Half::Down } else { Half::Up }
    }

    /// One of the tokens of a half that fit, with what stands before and behind it.
    pub(crate) fn pick(&self, random: &mut Random, fits: impl Fn(&[Token], usize) -> bool) -> Option<&Token> {
        let content = self.content(self.half(random));
        let fitting: Vec<usize> = (0..content.len()).filter(|&at| fits(content, at)).collect();
        (!fitting.is_empty()).then(|| &content[fitting[random.below(fitting.len())]])
    }

    /// The same, for what depends on the token alone.
    pub(crate) fn pick_one(&self, random: &mut Random, fits: impl Fn(Kind, &str) -> bool) -> Option<&Token> {
        self.pick(random, |content, at| fits(content[at].kind, self.of(&content[at])))
    }

    /// Whether a statement begins with that token.
    pub(crate) fn begins(&self, content: &[Token], at: usize) -> bool {
        content[at].kind == Kind::Word && (at == 0 || self.of(&content[at - 1]) == ";")
    }

    /// The statements of a half, without what ends them; bodies fall apart.
    pub(crate) fn statements(&self, half: Half) -> Vec<Range<usize>> {
        let content = self.content(half);
        let parts = content.split(|token| self.of(token) == ";").filter(|part| !part.is_empty());
        parts.map(|part| part[0].at.start..part[part.len() - 1].at.end).collect()
    }

    /// Where SQL of a half begins; behind its header.
    pub(crate) fn start(&self, half: Half) -> Option<usize> {
        self.content(half).first().map(|token| token.at.start)
    }

    /// Where it ends.
    pub(crate) fn end(&self, half: Half) -> Option<usize> {
        self.content(half).last().map(|token| token.at.end)
    }

    /// The line of a directive in the header.
    pub(crate) fn directive(&self, key: &str) -> Option<Range<usize>> {
        let header = self.start(Half::Up).unwrap_or(self.marker.start);
        let mut at = 0;
        for line in self.text[..header].split_inclusive('\n') {
            let said = line.trim_start_matches(['\u{FEFF}', '-', ' ', '\t']);
            let is_key = said.split_once(':').is_some_and(|(before, _)| before.trim().eq_ignore_ascii_case(key));
            if is_key && line.trim_start_matches('\u{FEFF}').starts_with("--") {
                return Some(at..at + line.len());
            }
            at += line.len();
        }
        None
    }

    /// Where a line can be put above the SQL.
    pub(crate) fn top(&self) -> usize {
        if self.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }
    }

    /// Whether it asks to be run outside a transaction.
    pub(crate) fn is_outside(&self) -> bool {
        self.directive("Transaction").is_some()
    }
}

/// The id that a name gives.
pub(crate) fn id(name: &str) -> String {
    let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".sql");
    let stem = stem.strip_prefix('V').map_or(stem.to_owned(), |rest| rest.replacen("__", "_", 1));
    let suffixes = [".postgres", ".mysql", ".sqlite"];
    suffixes.iter().find_map(|suffix| stem.strip_suffix(suffix)).unwrap_or(&stem).to_owned()
}
