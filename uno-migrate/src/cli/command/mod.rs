//! The commands: each is a file with what it takes (`Typed`) and what it does (`run`).

use super::args::Verb;
use super::call::Call;
use super::failure::{Exit, Failure};
use crate::Dialect;

pub(super) mod baseline;
pub(super) mod check;
pub(super) mod completions;
pub(super) mod create;
pub(super) mod graph;
pub(super) mod history;
pub(super) mod import;
pub(super) mod info;
pub(super) mod init;
pub(super) mod man;
pub(super) mod migrate;
pub(super) mod plan;
pub(super) mod redo;
pub(super) mod repair;
pub(super) mod rollback;
pub(super) mod status;
pub(super) mod sum;
pub(super) mod validate;

mod consent;
mod shown;
mod work;

pub(super) use shown::outcomes;

/// Does it, and says why where it fails.
pub(super) async fn run(verb: Verb, call: &Call) -> Exit {
    if call.common.format.is_drawn() && !matches!(verb, Verb::Graph(_)) {
        let failure = Failure::usage("only `graph` draws").help("`--format` is `text` or `json` here");
        call.output.failed("", &failure);
        return failure.exit();
    }
    let (name, ended) = match verb {
        Verb::Migrate(typed) => ("migrate", migrate::run(typed, call).await),
        Verb::Rollback(typed) => ("rollback", rollback::run(typed, call).await),
        Verb::Redo(typed) => ("redo", redo::run(typed, call).await),
        Verb::Status(typed) => ("status", status::run(typed, call).await),
        Verb::Info(typed) => ("info", info::run(typed, call).await),
        Verb::Plan(typed) => ("plan", plan::run(typed, call).await),
        Verb::Validate(typed) => ("validate", validate::run(typed, call).await),
        Verb::Check(typed) => ("check", check::run(&typed, call)),
        Verb::Sum(typed) => ("sum", sum::run(&typed, call)),
        Verb::History(typed) => ("history", history::run(typed, call).await),
        Verb::Baseline(typed) => ("baseline", baseline::run(typed, call).await),
        Verb::Repair(typed) => ("repair", repair::run(typed, call).await),
        Verb::Init(typed) => ("init", init::run(&typed, call)),
        Verb::Create(typed) => ("create", create::run(typed, call).await),
        Verb::Graph(typed) => ("graph", graph::run(typed, call).await),
        Verb::Import(typed) => ("import", import::run(typed, call).await),
        Verb::Completions(typed) => ("completions", completions::run(&typed, call)),
        Verb::Man(typed) => ("man", man::run(&typed, call)),
    };
    ended.unwrap_or_else(|failure| {
        call.output.failed(name, &failure);
        failure.exit()
    })
}

/// A database, as it is typed.
fn dialect(text: &str) -> Result<Dialect, String> {
    let found = Dialect::ALL.into_iter().find(|dialect| dialect.name() == text);
    found.ok_or_else(|| "it is postgres, mysql or sqlite".to_owned())
}
