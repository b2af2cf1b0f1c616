//! Who writes a set: what was made so far, what it is called, and how its author writes.

use uno_migrate::Dialect;

use super::dress::Hand;
use super::words::{COLUMNS, NOUNS, ODD_COLUMNS};
use crate::support::Random;

/// What a column holds, as far as its author has to know to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Flag,
    Time,
    Json,
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Nothing else refers to it, so that it can be dropped.
    pub(crate) is_free: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// As SQL names it: qualified and quoted where it has to be.
    pub(crate) name: String,
    /// What stands before the names of its indexes when they are dropped.
    pub(crate) schema: String,
    pub(crate) columns: Vec<Column>,
    /// `GENERATED ALWAYS AS IDENTITY`
    pub(crate) always: bool,
}

#[derive(Debug)]
pub(crate) struct Author {
    pub(crate) dialect: Dialect,
    pub(crate) random: Random,
    pub(crate) hand: Hand,
    pub(crate) tables: Vec<Table>,
    pub(crate) enums: Vec<String>,
    pub(crate) schemas: Vec<String>,
    serial: usize,
    seed: u64,
}

/// One change and what takes it back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub(crate) subject: String,
    /// Header lines; a step that has some stands alone in its file.
    pub(crate) directives: Vec<String>,
    pub(crate) up: Vec<String>,
    pub(crate) down: Vec<String>,
}

impl Step {
    pub(crate) fn new(
        subject: impl Into<String>,
        up: impl IntoIterator<Item = String>,
        down: impl IntoIterator<Item = String>,
    ) -> Self {
        let (up, down) = (up.into_iter().collect(), down.into_iter().collect());
        Self { subject: subject.into(), directives: Vec::new(), up, down }
    }

    pub(crate) fn with(mut self, directive: &str) -> Self {
        self.directives.push(directive.to_owned());
        self
    }

    pub(crate) fn alone(&self) -> bool {
        !self.directives.is_empty()
    }
}

impl Author {
    pub(crate) fn new(dialect: Dialect, seed: u64) -> Self {
        // Neighbouring seeds are different people.
        let mut random = Random::new(seed.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ dialect as u64);
        let hand = Hand::random(&mut random);
        let (tables, enums, schemas) = Default::default();
        Self { dialect, random, hand, tables, enums, schemas, serial: 0, seed }
    }

    pub(crate) fn number(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// A name that was not given before.
    pub(crate) fn name(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", self.number())
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.random.one_in(one_in)
    }

    /// A quoted identifier.
    pub(crate) fn quoted(&mut self, name: &str) -> String {
        match (self.dialect, self.random.below(4)) {
            (Dialect::MySql, _) => format!("`{name}`"),
            (Dialect::Sqlite, 0) => format!("[{name}]"),
            (Dialect::Sqlite, 1) => format!("`{name}`"),
            _ => format!("\"{name}\""),
        }
    }

    /// A noun that no table has yet: `orders`, `"orders"`, `"Order lines"`.
    pub(crate) fn new_table_name(&mut self) -> String {
        let noun = self.random.of(&NOUNS).to_owned();
        let number = self.number();
        match self.random.below(10) {
            0 => self.quoted(&format!("{noun} №{number}")),
            1 => self.quoted(&format!("{noun}_{number}")),
            2 if self.dialect != Dialect::MySql => self.quoted(&format!("{}{number}", capital(&noun))),
            _ if self.tables.iter().all(|table| table.name != noun) => noun,
            _ => format!("{noun}_{number}"),
        }
    }

    /// The name of a new column, which no other column of any table has.
    pub(crate) fn new_column_name(&mut self) -> String {
        let number = self.number();
        if self.chance(8) {
            let odd = self.random.of(&ODD_COLUMNS).to_owned();
            return self.quoted(&format!("{odd}{number}"));
        }
        format!("{}_{number}", self.random.of(&COLUMNS))
    }

    /// Any table.
    pub(crate) fn table(&mut self) -> Table {
        self.tables[self.random.below(self.tables.len())].clone()
    }

    /// A column of that kind, which something refers to from now on. Every table has one of each kind.
    pub(crate) fn column(&mut self, table: &Table, kind: Kind) -> String {
        let known = self.tables.iter_mut().find(|known| known.name == table.name).expect("one of the author's tables");
        let fitting: Vec<usize> = (0..known.columns.len()).filter(|&at| known.columns[at].kind == kind).collect();
        let column = &mut known.columns[fitting[self.random.below(fitting.len())]];
        column.is_free = false;
        column.name.clone()
    }

    /// Removes a column that nothing refers to from what the author remembers, and gives it with its table.
    pub(crate) fn forget_free_column(&mut self) -> Option<(Table, Column)> {
        let table = self.random.below(self.tables.len());
        let at = self.tables[table].columns.iter().position(|column| column.is_free)?;
        let column = self.tables[table].columns.remove(at);
        Some((self.tables[table].clone(), column))
    }

    pub(crate) fn remember(&mut self, table: &Table, column: Column) {
        if let Some(known) = self.tables.iter_mut().find(|known| known.name == table.name) {
            known.columns.push(column);
        }
    }

    /// A literal with everything in it that ends a naive reader's statement.
    pub(crate) fn text(&mut self) -> String {
        let texts: &[&str] = &[
            "plain",
            "it''s",
            "a; b",
            "-- DOWN",
            "/* not a comment",
            "100% \"quoted\"",
            "`ticks`",
            "$$ dollars $$",
            "line\nbreak",
            "Größe – 日本語 🦀",
            "",
            "(((",
            "{\"a\": [1, 2]}",
            "# hash",
            ":colon :: casts",
            "?",
        ];
        format!("'{}'", self.random.of(texts))
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
