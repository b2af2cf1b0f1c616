//! What the directives of one leading comment block say.

use std::collections::BTreeMap;

use crate::directive::{self, Directive, Key, trimmed};
use crate::id::IdError;
use crate::migration::{Allow, Timeout};
use crate::{Dependency, Origin, Problem, Section, SourceFile, Span};

/// Which of the two headers a file can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Top,
    Down,
}

/// The directives of one header, each known to be valid or marked as spoilt.
#[derive(Debug)]
pub(crate) struct Header<'f> {
    file: &'f SourceFile,
    given: BTreeMap<Key, Given>,
    allow: Vec<(Allow, Span)>,
}

#[derive(Debug)]
struct Given {
    key_span: Span,
    value: Span,
    /// The entries of a list.
    items: Vec<Span>,
    /// Already reported: what is missing without it is no second mistake.
    is_spoilt: bool,
}

impl<'f> Header<'f> {
    pub(crate) fn read(file: &'f SourceFile, comments: &[Span], place: Place, problems: &mut Vec<Problem>) -> Self {
        let (directives, slips) = directive::read(&file.text, comments);
        let mut header = Self { file, given: BTreeMap::new(), allow: Vec::new() };
        for (meant, slip) in slips {
            let given = Given { key_span: slip.span, value: slip.span, items: Vec::new(), is_spoilt: true };
            header.given.entry(meant).or_insert(given);
            problems.push(file.problem(slip));
        }
        for directive in directives {
            header.take(directive, place, problems);
        }
        header
    }

    fn take(&mut self, directive: Directive, place: Place, problems: &mut Vec<Problem>) {
        let Directive { key, key_span, value } = directive;
        let name = key.name();
        if place == Place::Down && !key.is_for_sections() {
            let message = format!("`{name}` belongs at the top of the file");
            problems.push(Problem::at(self.file.at(key_span), message).with_help(
                "below `-- DOWN` only `Transaction`, `ForeignKeys`, `LockTimeout`, `StatementTimeout`, `Allow` and \
                 `Nothing` may stand",
            ));
            return;
        }
        if key != Key::Allow
            && let Some(first) = self.given.get(&key).filter(|first| !first.is_spoilt)
        {
            let problem = Problem::at(self.file.at(key_span), format!("`{name}` is given twice"));
            let problem = problem.with_related("it is first given here", self.file.at(first.key_span));
            let help = if key.is_list() { "write one list, separated by commas" } else { "delete one of them" };
            problems.push(problem.with_help(help));
            return;
        }
        let items = match key {
            Key::Dependencies if value.of(&self.file.text).eq_ignore_ascii_case("none") => Vec::new(),
            key if key.is_list() => items(&self.file.text, value),
            _ => Vec::new(),
        };
        let before = problems.len();
        self.prove(key, key_span, value, &items, problems);
        let is_spoilt = problems.len() > before;
        if key == Key::Allow && !is_spoilt {
            let (rule, reason) = rule_and_reason(value.of(&self.file.text));
            let rule_at = Span::new(value.start as usize..value.start as usize + rule.len());
            self.allow.push((Allow { rule: rule.to_owned(), reason: reason.to_owned() }, rule_at));
        }
        self.given.insert(key, Given { key_span, value, items, is_spoilt });
    }

    fn prove(&self, key: Key, key_span: Span, value: Span, items: &[Span], problems: &mut Vec<Problem>) {
        let text = value.of(&self.file.text);
        let name = key.name();
        if text.is_empty() {
            let problem = Problem::at(self.file.at(key_span), format!("`{name}` is empty"));
            problems.push(problem.with_help(format!("write {}, or delete the line", key.expected())));
            return;
        }
        let is_valid = match key {
            Key::Transaction => text.eq_ignore_ascii_case("none"),
            Key::ForeignKeys => text.eq_ignore_ascii_case("off"),
            Key::LockTimeout | Key::StatementTimeout => Timeout::parse(text).is_some(),
            Key::Allow => !rule_and_reason(text).1.is_empty(),
            _ => true,
        };
        if !is_valid {
            let problem = Problem::at(self.file.at(value), format!("`{text}` is no value of `{name}`"));
            problems.push(problem.with_help(format!("write {}", key.expected())));
        }
        for &item in items {
            let text = item.of(&self.file.text);
            if text.is_empty() {
                let problem = Problem::at(self.file.at(value), format!("an entry of `{name}` is empty"));
                problems.push(problem.with_help("delete the comma that is too many"));
            } else if key == Key::Dependencies
                && let Err(error) = Dependency::parse(text)
            {
                problems.push(no_dependency(self.file.at(item), text, &error));
            } else if key.is_hook() && text.contains(char::is_whitespace) {
                let problem = Problem::at(self.file.at(item), format!("`{text}` is no name of a hook"));
                problems.push(problem.with_help(format!("write {}", key.expected())));
            }
        }
    }

    fn valid(&self, key: Key) -> Option<&Given> {
        self.given.get(&key).filter(|given| !given.is_spoilt)
    }

    /// Whether the key was written, be its value valid or not.
    pub(crate) fn mentions(&self, key: Key) -> bool {
        self.given.contains_key(&key)
    }

    pub(crate) fn value(&self, key: Key) -> Option<&'f str> {
        self.valid(key).map(|given| given.value.of(&self.file.text))
    }

    /// The entries of a list, each with its place.
    pub(crate) fn list(&self, key: Key) -> impl Iterator<Item = (&'f str, Span)> {
        let items = self.valid(key).map_or(&[][..], |given| &given.items);
        items.iter().map(|&item| (item.of(&self.file.text), item))
    }

    /// Where the key stands.
    pub(crate) fn key_at(&self, key: Key) -> Option<Origin> {
        self.given.get(&key).map(|given| self.file.at(given.key_span))
    }

    /// Where the value stands.
    pub(crate) fn value_at(&self, key: Key) -> Option<Origin> {
        self.given.get(&key).map(|given| self.file.at(given.value))
    }

    pub(crate) fn file(&self) -> &'f SourceFile {
        self.file
    }

    /// The statements with the settings of their header; what a header of the down section leaves out is inherited.
    pub(crate) fn section(&self, statements: Vec<Span>, inherited: Option<&Self>) -> Section {
        let value = |key| self.value(key).or_else(|| inherited.and_then(|top| top.value(key)));
        let allow = match inherited {
            Some(top) if self.allow.is_empty() => &top.allow,
            _ => &self.allow,
        };
        Section {
            statements,
            no_transaction: value(Key::Transaction).is_some(),
            foreign_keys_off: value(Key::ForeignKeys).is_some(),
            lock_timeout: value(Key::LockTimeout).and_then(Timeout::parse),
            statement_timeout: value(Key::StatementTimeout).and_then(Timeout::parse),
            nothing: self.value(Key::Nothing).map(str::to_owned),
            allow: allow.iter().map(|(allow, _)| allow.clone()).collect(),
        }
    }

    /// The `Allow:` lines, each with the place of its rule.
    pub(crate) fn allow(&self) -> &[(Allow, Span)] {
        &self.allow
    }
}

impl Key {
    /// May stand below the DOWN marker as well.
    fn is_for_sections(self) -> bool {
        matches!(
            self,
            Self::Transaction
                | Self::ForeignKeys
                | Self::LockTimeout
                | Self::StatementTimeout
                | Self::Allow
                | Self::Nothing
        )
    }

    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Dependencies | Self::Tags) || self.is_hook()
    }

    fn is_hook(self) -> bool {
        matches!(self, Self::BeforeApply | Self::AfterApply | Self::BeforeRevert | Self::AfterRevert)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Migration => "the migration's name, such as `Create users table`",
            Self::Description => "what the migration does",
            Self::Dependencies => "ids separated by commas, such as `1616720000_initial_schema, billing:0001_accounts`",
            Self::Tags => "words separated by commas, such as `schema, auth`",
            Self::Version => "a version, such as `2.1.0`",
            Self::BeforeApply | Self::AfterApply | Self::BeforeRevert | Self::AfterRevert => {
                "names of hooks separated by commas, such as `notify_migration_start`"
            }
            Self::Transaction => "`Transaction: none`; without this line a migration runs in a transaction",
            Self::Irreversible => "why the migration cannot be undone",
            Self::Nothing => "why the section is empty",
            Self::Breaking => "why older binaries must not run on the new schema",
            Self::ForeignKeys => "`ForeignKeys: off`; without this line foreign keys are checked",
            Self::LockTimeout | Self::StatementTimeout => "a time, such as `500ms`, `5s` or `2min`, or `none`",
            Self::Allow => "the rule and why it does not matter here, such as `drop-column nothing reads it any more`",
        }
    }
}

fn items(text: &str, value: Span) -> Vec<Span> {
    let mut start = value.start as usize;
    let pieces = value.of(text).split(',').map(|piece| {
        let item = trimmed(text, start, start + piece.len());
        start += piece.len() + 1;
        item
    });
    pieces.collect()
}

fn rule_and_reason(value: &str) -> (&str, &str) {
    let (rule, reason) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    (rule, reason.trim())
}

fn no_dependency(origin: Origin, text: &str, error: &IdError) -> Problem {
    let help = match text.to_ascii_lowercase().as_str() {
        "nothing" | "-" | "n/a" | "null" => {
            "write `none`, or delete the line: a migration without dependencies has none".to_owned()
        }
        _ => match Dependency::parse(text.trim_end_matches(".sql").trim_end_matches(".rs")) {
            Ok(meant) => format!("write the id without the file's extension: `{meant}`"),
            Err(_) => error.help().to_owned(),
        },
    };
    Problem::at(origin, error.to_string()).with_help(help)
}
