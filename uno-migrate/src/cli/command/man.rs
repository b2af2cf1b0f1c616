//! The manual page.

use clap::Args;

use super::completions::{Script, whole};
use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// The page of this command, in place of that of the program
    #[arg(value_name = "COMMAND")]
    of: Option<String>,
}

pub(super) fn run(typed: &Typed, call: &Call) -> Ended {
    let mut command = whole(call)?;
    command.build();
    if let Some(name) = &typed.of {
        let found = command.find_subcommand(name).cloned();
        command =
            found.ok_or_else(|| Failure::usage(format!("there is no command `{name}`")).help("`help` lists them"))?;
    }
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(command).render(&mut page);
    written.map_err(|error| Failure::other("the manual page cannot be written").caused_by(error.to_string()))?;
    let script = String::from_utf8_lossy(&page).into_owned();
    call.output.answer("man", &Script { script }, Exit::Done);
    Ok(Exit::Done)
}
