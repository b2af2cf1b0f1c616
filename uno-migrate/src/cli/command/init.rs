//! What a project needs to have migrations.

use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Args;
use serde::Serialize;

use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::files::{self, Files, Written};
use crate::cli::init::{self, Done, Initialised};
use crate::cli::output::{Answer, DIM, GOOD, Page, SOON, painted};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(typed: &Typed, call: &Call) -> Ended {
    let directories = call.directories();
    let directory = directories.first().map_or(Path::new("migrations"), PathBuf::as_path);
    let mut files = Files::new(typed.dry_run);
    let initialised = init::init(Path::new(""), directory, Utc::now(), &mut files).map_err(Failure::from)?;
    call.output.answer("init", &Told { dry_run: typed.dry_run, initialised, files: files.unwritten() }, Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Told {
    dry_run: bool,
    #[serde(flatten)]
    initialised: Initialised,
    /// What would be written.
    files: Option<Vec<Written>>,
}

impl Answer for Told {
    fn text(&self, page: &mut Page) {
        for done in self.initialised.done.iter().filter(|done| self.files.is_none() || !done.writes()) {
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
        if let Some(main) = &self.initialised.main {
            page.blank();
            page.line("and in `main.rs`:");
            page.blank();
            main.lines().for_each(|line| page.line(format!("    {line}")));
        }
        if let Some(files) = &self.files {
            files::show(files, page);
            page.blank();
            page.line("nothing was written");
        }
    }
}
