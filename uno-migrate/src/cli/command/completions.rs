//! What a shell completes commands with.

use clap::Args;
use clap_complete::Shell;
use serde::Serialize;

use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::output::{Answer, Page};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

pub(super) fn run(typed: &Typed, call: &Call) -> Ended {
    let mut script = Vec::new();
    let mut command = whole(call)?;
    let name = command.get_name().to_owned();
    clap_complete::generate(typed.shell, &mut command, name, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    call.output.answer("completions", &Script { script }, Exit::Done);
    Ok(Exit::Done)
}

/// The command line of this program, where it is nothing else.
pub(super) fn whole(call: &Call) -> Result<clap::Command, Failure> {
    if call.program.is_nested() {
        return Err(Failure::usage("these commands are a part of another command line").help(
            "that one has completions and a manual page of its own, which `clap_complete` and `clap_mangen` write",
        ));
    }
    Ok(call.program.clap(&call.source))
}

#[derive(Serialize)]
pub(super) struct Script {
    pub(super) script: String,
}

impl Answer for Script {
    fn text(&self, page: &mut Page) {
        page.line(&self.script);
    }
}
