//! What a project needs to have migrations.

use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Args;
use serde::Serialize;

use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::init::{self, Done, Initialised};
use crate::cli::output::{Answer, DIM, GOOD, Page, SOON, painted};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {}

pub(super) fn run(Typed {}: Typed, call: &Call) -> Ended {
    let directories = call.directories();
    let directory = directories.first().map_or(Path::new("migrations"), PathBuf::as_path);
    let initialised = init::init(Path::new(""), directory, Utc::now()).map_err(Failure::from)?;
    call.output.answer("init", &Told(initialised), Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Told(Initialised);

impl Answer for Told {
    fn text(&self, page: &mut Page) {
        for done in &self.0.done {
            match done {
                Done::Made(path) => page.line(format!("{} {}", painted(GOOD, "made "), path.display())),
                Done::Added { path, line } => {
                    page.line(format!("{} {}: {line}", painted(GOOD, "added"), path.display()));
                }
                Done::Kept(path) => page.line(format!("{} {}", painted(DIM, "kept "), path.display())),
                Done::Shown { path, lines, reason } => {
                    page.line(format!(
                        "{} {}: add this line yourself: {reason}",
                        painted(SOON, "left "),
                        path.display()
                    ));
                    lines.lines().for_each(|line| page.line(format!("          {line}")));
                }
            }
        }
        if let Some(main) = &self.0.main {
            page.blank();
            page.line("and in `main.rs`:");
            page.blank();
            main.lines().for_each(|line| page.line(format!("    {line}")));
        }
    }
}
