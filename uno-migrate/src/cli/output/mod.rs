//! All that is printed: nothing else of the command line does that.
//!
//! What was asked for goes to the standard output, as text or as one JSON document; what is on the way (progress,
//! questions, warnings, errors in text) to the standard error.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use clap::ColorChoice;
use serde::Serialize;

use super::args::{Common, Format};
use super::command::outcomes;
use super::failure::{Exit, Failure};
use super::program::Program;
use super::spoken::spoken;

mod document;
mod fault;
mod page;
mod progress;
mod secret;
mod style;
mod table;
mod time;

pub(super) use page::Page;
pub(super) use progress::Progress;
pub(super) use style::{BAD, DIM, GOOD, HEAD, NAME, SOON, painted};
pub(super) use table::{Row, table};
pub(super) use time::{ago, human, local, millis};

/// Where and how it is printed.
#[derive(Debug, Clone)]
pub(super) struct Output {
    format: Format,
    color: ColorChoice,
    quiet: bool,
    verbose: u8,
    program: Program,
}

/// What a command answers: a text for a person, or the `result` of a JSON document.
pub(super) trait Answer: Serialize {
    fn text(&self, page: &mut Page);
}

impl Output {
    pub(super) fn new(common: &Common, program: Program) -> Self {
        let &Common { format, color, quiet, verbose, .. } = common;
        Self { format, color, quiet, verbose, program }
    }

    /// For what was typed and makes no sense: how it would have had its answer, as far as that can be told.
    pub(super) fn untyped(typed: &[OsString]) -> Self {
        let words: Vec<_> = typed.iter().map(|word| word.to_string_lossy()).collect();
        let is_json = words.iter().any(|word| word == "--format=json")
            || words.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
        let format = if is_json { Format::Json } else { Format::Text };
        Self { format, color: ColorChoice::Auto, quiet: false, verbose: 0, program: Program::of(typed) }
    }

    /// Help that was asked for, or what is wrong with what was typed.
    pub(super) fn clap(&self, error: &clap::Error) -> ExitCode {
        let is_help = !error.use_stderr();
        let text = secret::masked(&error.render().ansi().to_string());
        match (is_help, self.format) {
            (true, _) => self.out(&text),
            (false, _) if self.format != Format::Json => self.err(&text),
            (false, _) => {
                let plain = secret::masked(&error.render().to_string());
                let plain = plain.strip_prefix("error: ").unwrap_or(&plain).trim_end();
                self.failed("", &Failure::usage(plain));
            }
        }
        if is_help { ExitCode::SUCCESS } else { Exit::Usage.into() }
    }

    /// What a command answers, and how the process will end.
    pub(super) fn answer(&self, command: &str, answer: &impl Answer, exit: Exit) {
        match self.format {
            Format::Text | Format::Mermaid | Format::Dot | Format::Svg => {
                let mut page = Page::new(self.verbose);
                answer.text(&mut page);
                self.out(&page.finish());
            }
            Format::Json => self.out(&document::answer(command, answer, exit)),
        }
    }

    /// Why a command failed.
    pub(super) fn failed(&self, command: &str, failure: &Failure) {
        match self.format {
            Format::Text | Format::Mermaid | Format::Dot | Format::Svg => {
                // What was done before it failed is done.
                if let Failure::Library { error, .. } = failure {
                    let report = error.report();
                    if !report.is_empty() {
                        let mut page = Page::new(self.verbose);
                        outcomes(report, &mut page);
                        self.out(&page.finish());
                    }
                    self.warnings(&report.warnings);
                }
                self.err(&fault::text(failure, &self.program));
            }
            Format::Json => self.out(&document::failure(command, failure, &self.program)),
        }
    }

    /// A word on the way, which is no part of the answer.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.err(text);
        }
    }

    /// The library's warnings, where the answer is a text and does not hold them itself.
    pub(super) fn warnings(&self, warnings: &[String]) {
        for warning in warnings.iter().filter(|_| self.format != Format::Json) {
            let warning = spoken(warning, &self.program);
            self.err(&format!("{} {warning}", painted(SOON, "warning:")));
        }
    }

    /// Shows a run while it goes on.
    pub(super) fn progress(&self) -> Progress {
        Progress::new(self.clone())
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(super) fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// Whether somebody is there to be asked.
    pub(super) fn can_ask(&self) -> bool {
        self.format != Format::Json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether they say yes; anything else is no.
    pub(super) fn ask(&self, question: &str) -> bool {
        let mut stderr = self.stderr();
        let _ = write!(stderr, "{} {question} [y/N] ", painted(SOON, "?"));
        let _ = stderr.flush();
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        read.is_ok() && matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }

    fn stderr(&self) -> AutoStream<io::Stderr> {
        AutoStream::new(io::stderr(), choice(self.color))
    }

    /// Whoever has read enough closes the pipe: that is no error.
    fn out(&self, text: &str) {
        let mut stdout = AutoStream::new(io::stdout(), choice(self.color)).lock();
        let _ = writeln!(stdout, "{}", text.trim_end());
        let _ = stdout.flush();
    }

    fn err(&self, text: &str) {
        let _ = writeln!(self.stderr().lock(), "{}", text.trim_end());
    }
}

fn choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}
