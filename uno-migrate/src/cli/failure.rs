//! Why a command failed, and how the process ends.

use std::process::ExitCode;

use super::Refusal;
use crate::{Error, ErrorKind};

/// How a command ended, where it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// What was asked about is not as it should be.
    Found,
    /// It failed, or was stopped.
    Failed,
    /// What was typed makes no sense.
    Usage,
}

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// What the library says.
    Library {
        error: Box<Error>,
        /// Where it happened, where that may be what is wrong.
        database: Option<String>,
    },
    /// What was typed makes no sense.
    Usage(Said),
    /// Anything else.
    Other(Said),
}

/// What happened, and what to do about it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) message: String,
    pub(super) cause: Option<String>,
    pub(super) help: Option<String>,
}

/// What a command ends with.
pub(super) type Ended = Result<Exit, Failure>;

impl Exit {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Found => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(Said { message: message.into(), cause: None, help: None })
    }

    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::Other(Said { message: message.into(), cause: None, help: None })
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        if let Self::Usage(said) | Self::Other(said) = &mut self {
            said.help = Some(help.into());
        }
        self
    }

    pub(super) fn caused_by(mut self, cause: impl Into<String>) -> Self {
        if let Self::Usage(said) | Self::Other(said) = &mut self {
            said.cause = Some(cause.into());
        }
        self
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Library { error, .. } if error.kind() == ErrorKind::Usage => Exit::Usage,
            Self::Library { .. } | Self::Other(_) => Exit::Failed,
            Self::Usage(_) => Exit::Usage,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(Refusal { message, help, is_system }: Refusal) -> Self {
        let said = Said { message, cause: None, help };
        if is_system { Self::Other(said) } else { Self::Usage(said) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library { error: Box::new(error), database: None }
    }
}
