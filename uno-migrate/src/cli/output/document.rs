//! Answers for programs: `docs/json.md` describes them, and [`VERSION`] changes when a program would have to.

use serde::Serialize;
use serde_json::json;

use super::secret::masked;
use crate::cli::failure::{Exit, Failure, Said};
use crate::cli::program::Program;
use crate::cli::spoken::spoken;
use crate::{Error, Report};

/// Of the documents, all together.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a, T> {
    version: u32,
    command: &'a str,
    /// What the process ends with.
    exit: u8,
    result: Option<T>,
    error: Option<Told<'a>>,
}

/// What went wrong.
#[derive(Serialize)]
struct Told<'a> {
    kind: serde_json::Value,
    message: String,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    statement: Option<&'a str>,
    causes: Vec<String>,
    /// Where it happened, where that may be what is wrong.
    database: Option<&'a str>,
    done: Option<String>,
    help: Option<String>,
    /// What happened before it went wrong; none where nothing could have happened.
    report: Option<&'a Report>,
}

pub(super) fn answer<T: Serialize>(command: &str, result: &T, exit: Exit) -> String {
    printed(&Document { version: VERSION, command, exit: exit.code(), result: Some(result), error: None })
}

pub(super) fn failure(command: &str, failure: &Failure, program: &Program) -> String {
    let error = match failure {
        Failure::Library { error, database } => library(error, database.as_deref(), program),
        Failure::Usage(said) => own("usage", said, program),
        Failure::Other(said) => own("failed", said, program),
    };
    let exit = failure.exit().code();
    printed(&Document::<()> { version: VERSION, command, exit, result: None, error: Some(error) })
}

fn library<'a>(error: &'a Error, database: Option<&'a str>, program: &Program) -> Told<'a> {
    Told {
        kind: json!(error.kind()),
        message: spoken(error.message(), program),
        path: error.path(),
        line: error.location().map(|location| location.line),
        column: error.location().map(|location| location.column),
        statement: error.failed_statement(),
        causes: error.causes(),
        database,
        done: error.already_done().map(|done| spoken(done, program)),
        help: error.remedy().map(|help| spoken(help, program)),
        report: Some(error.report()),
    }
}

fn own<'a>(kind: &str, said: &Said, program: &Program) -> Told<'a> {
    let Said { message, cause, help } = said;
    Told {
        kind: json!(kind),
        message: masked(message),
        path: None,
        line: None,
        column: None,
        statement: None,
        causes: cause.iter().map(|cause| masked(cause)).collect(),
        database: None,
        done: None,
        help: help.as_ref().map(|help| masked(&spoken(help, program))),
        report: None,
    }
}

/// There is nothing in an answer that JSON cannot hold; and if there were, that would be said in JSON.
fn printed(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap_or_else(|error| json!({ "error": error.to_string() }).to_string())
}
