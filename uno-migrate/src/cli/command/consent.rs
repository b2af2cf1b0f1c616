//! Dangerous things ask.

use clap::Args;

use crate::cli::call::Call;
use crate::cli::failure::Failure;

/// How somebody says yes who is not there to be asked.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct Consent {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl Consent {
    pub(super) fn is_given(self) -> bool {
        self.yes
    }

    /// Goes on if they agree; `what` is dangerous, in the words of who would do it.
    pub(super) fn of(self, call: &Call, what: &str, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !call.output.can_ask() {
            return Err(Failure::usage(format!("{what} asks before it begins, and nobody is here to be asked"))
                .help("look at it with `--dry-run`, then say `--yes`"));
        }
        match call.output.ask(question) {
            true => Ok(()),
            false => Err(Failure::other("nothing was changed: it was not agreed to")),
        }
    }
}
