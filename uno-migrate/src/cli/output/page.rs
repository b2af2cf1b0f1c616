//! An answer as text.

use std::fmt::Display;

/// Lines that are printed together.
#[derive(Debug)]
pub(in crate::cli) struct Page {
    text: String,
    verbose: u8,
}

impl Page {
    pub(super) fn new(verbose: u8) -> Self {
        Self { text: String::new(), verbose }
    }

    pub(in crate::cli) fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    pub(in crate::cli) fn line(&mut self, line: impl Display) {
        self.text.push_str(line.to_string().trim_end());
        self.text.push('\n');
    }

    pub(in crate::cli) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text.trim_start_matches('\n').to_owned()
    }
}
