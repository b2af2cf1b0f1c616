//! Compares the migrations with `uno.sum`, or writes the file.

use clap::Args;
use serde::Serialize;
use uno_migrate_core::{Checks, Integrity, Level, Levels, Problem, Problems, Root, Rule, SUM_FILE, Sum, write_sum};

use super::check::{provers, show, told};
use super::shown::count;
use crate::Dialect;
use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::ground::{Ground, Proof};
use crate::cli::output::{Answer, BAD, DIM, GOOD, Page, SOON, painted};

#[derive(Debug, Args)]
#[command(after_help = "Exit code 3 says that the file differs from the migrations, or is not there.")]
pub(in crate::cli) struct Typed {
    /// Write the file as it should be; make it where there is none
    #[arg(long)]
    write: bool,
    /// For this database; may be given several times [default: what the set is for, else `uno.sum`, else the database that is named, else all]
    #[arg(long = "dialect", value_name = "DATABASE", value_delimiter = ',', value_parser = super::dialect)]
    dialects: Vec<Dialect>,
    /// Let migrations lack a way down
    #[arg(long)]
    allow_missing_down: bool,
}

pub(super) fn run(typed: &Typed, call: &Call) -> Ended {
    let mut summed = Vec::new();
    for mut ground in Ground::all(call, &typed.dialects)? {
        ground.options.missing_down |= typed.allow_missing_down;
        summed.push(Summed::new(&ground, typed.write, call)?);
    }
    let exit = if summed.iter().all(|summed| summed.valid) { Exit::Done } else { Exit::Found };
    call.output.answer("sum", &Answered { valid: exit == Exit::Done, files: summed }, exit);
    Ok(exit)
}

#[derive(Serialize)]
struct Answered {
    valid: bool,
    /// One for each set.
    files: Vec<Summed>,
}

/// What `uno.sum` is to one set.
#[derive(Serialize)]
struct Summed {
    path: String,
    valid: bool,
    /// What was done to the file; none where nothing was asked for.
    written: Option<Written>,
    dialects: Vec<Dialect>,
    migrations: usize,
    /// In what it differed when it was looked at.
    findings: Vec<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Made,
    Renewed,
    /// It said all that already.
    Kept,
}

impl Summed {
    fn new(ground: &Ground, write: bool, call: &Call) -> Result<Self, Failure> {
        let Some(root) = ground.roots.first() else {
            return Err(Failure::usage("this program's set has no directory").help("name one with `-d`"));
        };
        let wanted = wanted(ground, write, call)?;
        let before = ground.sum();
        let found = match &before {
            Some(_) => ground.prove(None, Integrity::Enforced).outcome.err().unwrap_or_default(),
            None => Problems::default(),
        };
        let written = write.then(|| written(root, before.and_then(|file| file.text.ok()), &wanted)).transpose()?;
        Ok(Self {
            path: format!("{}/{SUM_FILE}", root.shown.trim_end_matches('/')),
            valid: written.is_some() || ground.sum().is_some() && found.is_empty(),
            written,
            migrations: wanted.lines.len(),
            dialects: wanted.dialects,
            findings: told(found, call),
        })
    }
}

/// What the file should say.
fn wanted(ground: &Ground, write: bool, call: &Call) -> Result<Sum, Failure> {
    let checks = write.then(|| Checks { levels: lenient(), provers: provers(), ..Checks::default() });
    let Proof { outcome, uncompiled, .. } = ground.prove(checks, Integrity::Renewed);
    if !uncompiled.is_empty() {
        let what = format!("what `uno.sum` has to say of {} is the compiler's to know", uncompiled.join(", "));
        return Err(Failure::other(what).help(
            "a build compares the file, and writes it with `UNO_MIGRATE_SUM=write cargo build`; or ask `sum` of a binary \
             that has these migrations",
        ));
    }
    let problems = match outcome.map(|loaded| (loaded.sum, loaded.warnings)) {
        Ok((Some(sum), _)) => return Ok(sum),
        Ok((None, problems)) | Err(problems) => problems,
    };
    let problems = Problems::from_iter(told(problems, call));
    Err(Failure::other("the migrations are no valid set").caused_by(problems.to_string()))
}

/// What rules find is no matter of this file: only what keeps the files from being a set is an error.
fn lenient() -> Levels {
    let mut levels = Levels::default();
    let denied = Rule::all().iter().filter(|rule| rule.level == Level::Deny);
    denied.for_each(|rule| levels.set(rule, Level::Warn));
    levels
}

fn written(directory: &Root, before: Option<String>, sum: &Sum) -> Result<Written, Failure> {
    let text = sum.to_string();
    write_sum(directory, &text).map_err(|problem| Failure::other(problem.to_string()))?;
    Ok(match before {
        None => Written::Made,
        Some(before) if before == text => Written::Kept,
        Some(_) => Written::Renewed,
    })
}

impl Answer for Answered {
    fn text(&self, page: &mut Page) {
        self.files.iter().for_each(|summed| summed.text(page));
    }
}

impl Summed {
    fn text(&self, page: &mut Page) {
        let names: Vec<_> = self.dialects.iter().map(|dialect| dialect.name()).collect();
        let what = format!("{} for {}", count(self.migrations, "migration"), names.join(", "));
        let Self { path, findings, .. } = self;
        match self.written {
            None if self.valid => page.line(format!("{} {path}: {what}", painted(GOOD, "fits"))),
            None if findings.is_empty() => {
                page.line(format!("{} {path}: `--write` makes it, for {what}", painted(BAD, "missing")));
            }
            None => {
                show(findings, page);
                page.line(format!("{} {path}: {}", painted(BAD, "differs"), count(findings.len(), "difference")));
            }
            Some(written) => {
                // The difference in git says no more than that something has changed.
                for Problem { message, .. } in findings {
                    page.line(format!("{} {message}", painted(SOON, "accepted:")));
                }
                let word = match written {
                    Written::Made => painted(GOOD, "made"),
                    Written::Renewed => painted(GOOD, "wrote"),
                    Written::Kept => painted(DIM, "kept"),
                };
                page.line(format!("{word} {path}: {what}"));
            }
        }
    }
}
