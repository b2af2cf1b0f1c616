//! Colours. What is printed always has them, and the stream takes them out where they are not wanted.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Done.
pub(in crate::cli) const GOOD: Style = AnsiColor::Green.on_default();
/// To be done, or to be looked at.
pub(in crate::cli) const SOON: Style = AnsiColor::Yellow.on_default();
/// Wrong.
pub(in crate::cli) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What somebody may want to copy.
pub(in crate::cli) const NAME: Style = AnsiColor::Cyan.on_default();
/// What matters less.
pub(in crate::cli) const DIM: Style = Style::new().dimmed();
/// Over columns.
pub(in crate::cli) const HEAD: Style = Style::new().bold();

/// Nothing is painted where there is nothing.
pub(in crate::cli) fn painted(style: Style, text: impl Display) -> String {
    let text = text.to_string();
    if text.is_empty() { text } else { format!("{style}{text}{style:#}") }
}
