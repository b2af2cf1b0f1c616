//! Why a command failed, as a person reads it.

use super::secret::masked;
use super::style::{BAD, GOOD, NAME, painted};
use crate::Error;
use crate::cli::failure::{Failure, Said};
use crate::cli::program::Program;
use crate::cli::spoken::spoken;

pub(super) fn text(failure: &Failure, program: &Program) -> String {
    let text = match failure {
        Failure::Library { error, database } => library(error, database.as_deref(), program),
        Failure::Usage(said) | Failure::Other(said) => own(said, program),
    };
    masked(&text)
}

fn own(said: &Said, program: &Program) -> String {
    let Said { message, cause, help } = said;
    let mut text = headline(message);
    label(&mut text, "cause", cause.as_deref());
    label(&mut text, "help", help.as_ref().map(|help| spoken(help, program)).as_deref());
    text
}

fn library(error: &Error, database: Option<&str>, program: &Program) -> String {
    let mut text = headline(&spoken(error.message(), program));
    if let Some(path) = error.path() {
        let place = error.location().map_or_else(|| path.to_owned(), |location| format!("{path}:{location}"));
        text.push_str(&format!("\n  {} {place}", painted(NAME, "-->")));
    }
    label(&mut text, "statement", error.failed_statement());
    for cause in error.causes() {
        label(&mut text, "cause", Some(&cause));
    }
    label(&mut text, "database", database);
    label(&mut text, "done", error.already_done().map(|done| spoken(done, program)).as_deref());
    label(&mut text, "help", error.remedy().map(|help| spoken(help, program)).as_deref());
    text
}

fn headline(message: &str) -> String {
    format!("{} {message}", painted(BAD, "error:"))
}

/// Text of several lines under its label.
fn label(text: &mut String, label: &str, said: Option<&str>) {
    let Some(said) = said else { return };
    let style = if label == "help" { GOOD } else { NAME };
    let said = said.trim_end().replace('\n', "\n    ");
    text.push_str(&format!("\n  {} {said}", painted(style, format!("{label}:"))));
}
