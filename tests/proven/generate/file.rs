//! How a set lays out its files: names, headers, markers, line ends.

use uno_migrate::Dialect;

use super::author::Step;
use super::dress::Hand;
use crate::support::Random;

/// What one file says.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) subject: String,
    pub(crate) depends: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// The habits of one set.
#[derive(Debug)]
pub(crate) struct Layout {
    numbering: Numbering,
    marker: &'static str,
    has_up_marker: bool,
    has_header: bool,
    line_end: &'static str,
    has_mark: bool,
    folders: bool,
    /// `;;`
    has_empty_statements: bool,
}

#[derive(Debug, Clone, Copy)]
enum Numbering {
    Four,
    Plain,
    Flyway,
    Epoch,
    Moment,
}

impl Sheet {
    pub(crate) fn new(steps: Vec<Step>, mut depends: Vec<String>) -> Self {
        depends.sort();
        depends.dedup();
        let subject = steps.first().map(|step| step.subject.clone()).unwrap_or_default();
        Self { subject, depends, steps }
    }
}

impl Layout {
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            numbering: [Numbering::Four, Numbering::Plain, Numbering::Flyway, Numbering::Epoch, Numbering::Moment]
                [random.below(5)],
            marker: random.of(&["-- DOWN", "-- DOWN", "-- === DOWN MIGRATION ===", "  -- DOWN\t"]),
            has_up_marker: random.one_in(4),
            has_header: !random.one_in(3),
            line_end: if random.one_in(5) { "\r\n" } else { "\n" },
            has_mark: random.one_in(10),
            folders: random.one_in(3),
            has_empty_statements: true,
        }
    }

    pub(crate) fn without_empty_statements(self) -> Self {
        Self { has_empty_statements: false, ..self }
    }

    /// The name without its ending, and the id.
    pub(crate) fn name(&self, index: usize, subject: &str) -> (String, String) {
        let words: String =
            subject.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        let words = words.trim_matches('_');
        let words = if words.is_empty() { "change" } else { words };
        let (version, between) = match self.numbering {
            Numbering::Four => (format!("{:04}", index + 1), "_"),
            Numbering::Plain => ((index + 1).to_string(), "_"),
            Numbering::Flyway => ((index + 1).to_string(), "__"),
            Numbering::Epoch => ((1_616_721_123 + index * 86_417).to_string(), "_"),
            Numbering::Moment => (format!("2024{:02}{:02}120000", 1 + index / 25 % 12, 1 + index % 25), "_"),
        };
        // The order of the mixed sets is that of their dependencies, whatever the numbers say.
        let id = format!("{version}_{words}");
        let stem = match between {
            "__" => format!("V{version}__{words}"),
            _ => id.clone(),
        };
        let folder = match self.folders {
            true => ["auth/", "billing/", "core/"][index % 3],
            false => "",
        };
        (format!("{folder}{stem}"), id)
    }

    /// Name, id and text of a file.
    pub(crate) fn file(
        &self,
        index: usize,
        sheet: Sheet,
        hand: &Hand,
        dialect: Dialect,
        random: &mut Random,
    ) -> (String, String, String) {
        let (stem, id) = self.name(index, &sheet.subject);
        (format!("{stem}.sql"), id, self.text(sheet, hand, dialect, random))
    }

    pub(crate) fn text(&self, sheet: Sheet, hand: &Hand, dialect: Dialect, random: &mut Random) -> String {
        let Sheet { subject, depends, steps } = sheet;
        let mut text = String::new();
        if self.has_up_marker {
            text.push_str(random.of(&["-- UP\n", "-- === UP MIGRATION ===\n"]));
        }
        if self.has_header {
            text += &format!("-- Migration: {subject}\n-- Created at: 2024-03-0{}\n", 1 + random.below(9));
            text.push_str(random.of(&[
                "",
                "-- Description: what the release needs: tables, rows\n",
                "-- Tags: core, schema\n--\n",
                "--  author  :  somebody\n",
            ]));
        }
        if !depends.is_empty() {
            let key = random.of(&["Dependencies", "dependencies", "DEPENDENCIES"]);
            text += &format!("-- {key}: {}\n", depends.join(", "));
        }
        for directive in steps.iter().flat_map(|step| &step.directives) {
            text += &format!("-- {directive}\n");
        }
        let up: Vec<&String> = steps.iter().flat_map(|step| &step.up).collect();
        let down: Vec<&String> = steps.iter().rev().flat_map(|step| &step.down).collect();
        self.section(&up, &mut text, hand, dialect, random);
        text += &format!("{}\n", self.marker);
        if down.is_empty() {
            text.push_str("-- Nothing: there is no way back, and no harm in it\n");
        }
        self.section(&down, &mut text, hand, dialect, random);
        let text = text.replace('\n', self.line_end);
        if self.has_mark { format!("\u{FEFF}{text}") } else { text }
    }

    fn section(&self, statements: &[&String], text: &mut String, hand: &Hand, dialect: Dialect, random: &mut Random) {
        for (at, statement) in statements.iter().enumerate() {
            let is_last = at + 1 == statements.len();
            text.push_str(random.of(&["", "", "\n", "\n\n"]));
            if let Some(remark) = hand.remark(dialect, random) {
                *text += &format!("{remark}\n");
            }
            text.push_str(&hand.dress(dialect, statement, random));
            text.push_str(match (is_last, random.below(8)) {
                (true, 0) => "\n",
                (_, 1) => " ;\n",
                (_, 2) => "\n;\n",
                (false, 3) => "; ",
                (_, 4) if self.has_empty_statements => ";;\n",
                _ => ";\n",
            });
        }
        text.push_str(random.of(&["", "\n", "\n\n"]));
    }
}
