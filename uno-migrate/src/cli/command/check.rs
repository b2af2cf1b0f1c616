//! Proves the migrations as the compiler does, without a database.

use clap::Args;
use serde::Serialize;
use uno_migrate_core::{Checks, Integrity, Judge, Level, Levels, NoSuchRule, Problem, Problems, Prover, Severity};

use super::shown::count;
use crate::Dialect;
use crate::cli::Source;
use crate::cli::call::Call;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::ground::{Ground, Proof};
use crate::cli::output::{Answer, BAD, DIM, GOOD, Page, SOON, painted};
use crate::cli::spoken::spoken;

#[derive(Debug, Args)]
#[command(
    after_help = "No database is asked. Exit code 1 says that there are errors; warnings are errors with `--deny warnings`."
)]
pub(in crate::cli) struct Typed {
    /// Prove everything again, whatever `uno.sum` remembers
    #[arg(long)]
    all: bool,
    /// For this database; may be given several times [default: what the set is for, else `uno.sum`, else the database that is named, else all]
    #[arg(long = "dialect", value_name = "DATABASE", value_delimiter = ',', value_parser = super::dialect)]
    dialects: Vec<Dialect>,
    /// Let migrations lack a way down
    #[arg(long)]
    allow_missing_down: bool,
    #[command(flatten)]
    rules: Rules,
}

/// What becomes of what rules find.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rules")]
struct Rules {
    /// What it finds is an error; `warnings` stands for all rules that warn by themselves
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    deny: Vec<String>,
    /// What it finds is a warning
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    warn: Vec<String>,
    /// What it finds is nothing
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Leave migrations in front of this one alone
    #[arg(long, value_name = "ID")]
    rules_since: Option<String>,
    /// The rules that came with this version, and all before it [default: this one's]
    #[arg(long, value_name = "VERSION")]
    rules: Option<String>,
}

pub(super) fn run(typed: &Typed, call: &Call) -> Ended {
    let levels = typed.rules.levels()?;
    let mut checked = Checked::default();
    for mut ground in Ground::all(call, &typed.dialects)? {
        ground.options.missing_down |= typed.allow_missing_down;
        let levels = levels.clone().over(ground.levels());
        // Files of any length are read, since nobody waits for a compiler.
        let checks = Checks { levels, provers: provers(), all: typed.all, ..Checks::default() };
        checked.add(&ground, ground.prove(Some(checks), Integrity::Enforced), call);
    }
    let exit = if checked.errors == 0 { Exit::Done } else { Exit::Failed };
    call.output.answer("check", &checked, exit);
    Ok(exit)
}

/// The judges that take their time, of those that this program is built with on purpose.
pub(super) fn provers() -> Vec<Prover> {
    let is_wanted =
        |prover: &Prover| cfg!(any(feature = "check-sqlite", feature = "bin")) || prover.judge != Judge::Sqlite;
    Prover::enabled().into_iter().filter(is_wanted).collect()
}

#[derive(Default, Serialize)]
struct Checked {
    directories: Vec<String>,
    dialects: Vec<Dialect>,
    migrations: usize,
    /// Rust files that only the compiler looks into.
    uncompiled: Vec<String>,
    errors: usize,
    warnings: usize,
    problems: Vec<Problem>,
}

impl Checked {
    fn add(&mut self, ground: &Ground, proof: Proof, call: &Call) {
        let Proof { outcome, migrations, uncompiled } = proof;
        self.directories.extend(ground.roots.iter().map(|root| root.shown.clone()));
        self.dialects.extend(&ground.options.dialects);
        self.dialects.sort_unstable();
        self.dialects.dedup();
        self.migrations += migrations;
        self.uncompiled.extend(uncompiled);
        let problems = outcome.map_or_else(|problems| problems, |loaded| loaded.warnings);
        for problem in told(problems, call) {
            match problem.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
            self.problems.push(problem);
        }
    }
}

/// Problems in the words of the command line, where no macro is there to be written into.
pub(super) fn told(problems: Problems, call: &Call) -> Vec<Problem> {
    let has_macro = matches!(call.source, Source::Compiled(_));
    let told = |problem: Problem| Problem { help: problem.help.map(|help| spoken(&help, &call.program)), ..problem };
    problems.into_iter().map(|problem| if has_macro { problem } else { told(problem) }).collect()
}

/// As the compiler shows them.
pub(super) fn show(problems: &[Problem], page: &mut Page) {
    for problem in problems {
        let word = match problem.severity {
            Severity::Error => painted(BAD, "error:"),
            Severity::Warning => painted(SOON, "warning:"),
        };
        page.line(format!("{word} {problem}"));
        page.blank();
    }
}

impl Answer for Checked {
    fn text(&self, page: &mut Page) {
        show(&self.problems, page);
        if !self.uncompiled.is_empty() {
            let what = count(self.uncompiled.len(), "Rust migration");
            page.line(format!("{what} left to the compiler: {}", self.uncompiled.join(", ")));
        }
        let names: Vec<_> = self.dialects.iter().map(|dialect| dialect.name()).collect();
        let checked = format!("{} for {}", count(self.migrations, "migration"), names.join(", "));
        let verdict = match (self.errors, self.warnings) {
            (0, 0) => painted(GOOD, "no problems"),
            (0, warnings) => painted(SOON, count(warnings, "warning")),
            (errors, 0) => painted(BAD, count(errors, "error")),
            (errors, warnings) => {
                format!("{}, {}", painted(BAD, count(errors, "error")), painted(SOON, count(warnings, "warning")))
            }
        };
        page.line(format!("{} {checked}: {verdict}", painted(DIM, "checked")));
    }
}

impl Rules {
    fn levels(&self) -> Result<Levels, Failure> {
        let mut levels = Levels::default();
        let lists = [(Level::Deny, &self.deny), (Level::Warn, &self.warn), (Level::Allow, &self.allow)];
        for (level, name) in lists.into_iter().flat_map(|(level, names)| names.iter().map(move |name| (level, name))) {
            levels.give(name, level)?;
        }
        self.rules_since.iter().try_for_each(|first| levels.give_first(first))?;
        self.rules.iter().try_for_each(|version| levels.give_version(version))?;
        Ok(levels)
    }
}

impl From<NoSuchRule> for Failure {
    fn from(NoSuchRule { message, help }: NoSuchRule) -> Self {
        Self::usage(message).help(help)
    }
}
