//! Tables and numbers, as people read them.

use std::fmt::Write;

/// A table in Markdown.
pub(super) struct Table(String);

impl Table {
    pub(super) fn new<S: AsRef<str>>(heads: impl IntoIterator<Item = S>) -> Self {
        let heads: Vec<_> = heads.into_iter().collect();
        let mut table = Self(String::new());
        table.row(&heads);
        let rules = std::iter::once("---").chain(std::iter::repeat_n("---:", heads.len().saturating_sub(1)));
        table.row(&rules.collect::<Vec<_>>());
        table
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for cell in cells {
            let _ = write!(self.0, "| {} ", cell.as_ref());
        }
        self.0.push_str("|\n");
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}

/// Three digits are enough, and thousands are told apart.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        small if small < 9.995 => format!("{value:.2}"),
        middle if middle < 99.95 => format!("{value:.1}"),
        _ => whole(value.round() as u64),
    }
}

pub(super) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What is unknown is a dash.
pub(super) fn or_dash<T>(value: Option<T>, shown: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), shown)
}

/// `1.2×`, or `120×`.
pub(super) fn ratio(value: f64) -> String {
    if value < 99.5 { format!("{}×", number(value)) } else { format!("{}×", whole(value.round() as u64)) }
}
