//! The commands: each is a file with what it takes (`Typed`) and what it does (`run`).

use super::args::Verb;
use super::call::Call;
use super::failure::Exit;

pub(super) mod baseline;
pub(super) mod history;
pub(super) mod info;
pub(super) mod migrate;
pub(super) mod plan;
pub(super) mod redo;
pub(super) mod repair;
pub(super) mod rollback;
pub(super) mod status;
pub(super) mod validate;

mod consent;
mod shown;
mod work;

pub(super) use shown::outcomes;

/// Does it, and says why where it fails.
pub(super) async fn run(verb: Verb, call: &Call) -> Exit {
    let (name, ended) = match verb {
        Verb::Migrate(typed) => ("migrate", migrate::run(typed, call).await),
        Verb::Rollback(typed) => ("rollback", rollback::run(typed, call).await),
        Verb::Redo(typed) => ("redo", redo::run(typed, call).await),
        Verb::Status(typed) => ("status", status::run(typed, call).await),
        Verb::Info(typed) => ("info", info::run(typed, call).await),
        Verb::Plan(typed) => ("plan", plan::run(typed, call).await),
        Verb::Validate(typed) => ("validate", validate::run(typed, call).await),
        Verb::History(typed) => ("history", history::run(typed, call).await),
        Verb::Baseline(typed) => ("baseline", baseline::run(typed, call).await),
        Verb::Repair(typed) => ("repair", repair::run(typed, call).await),
    };
    ended.unwrap_or_else(|failure| {
        call.output.failed(name, &failure);
        failure.exit()
    })
}
