//! Why a command that works on files did not do it.

use std::fmt;
use std::io;
use std::path::Path;

/// What is wrong, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Refusal {
    /// Lower case, one sentence, no full stop.
    pub(in crate::cli) message: String,
    /// The next step.
    pub(in crate::cli) help: Option<String>,
    /// It was the operating system that refused, and not what was typed that makes no sense.
    pub(in crate::cli) is_system: bool,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, is_system: false }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What the operating system refused.
    pub(super) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        Self { is_system: true, ..Self::new(format!("cannot {verb} `{}`: {error}", path.display())) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
