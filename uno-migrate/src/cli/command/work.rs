//! A verb that changes something: shown while it goes on, and ended by signals.

use std::pin::pin;

use futures_util::future::{Either, select};

use crate::cli::call::Call;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::Progress;
use crate::{Error, Migrator, Report};

/// Runs it with a migrator that tells how it goes and can be stopped.
pub(super) async fn at_work(
    call: &Call,
    migrator: Migrator,
    verb: impl AsyncFnOnce(Migrator) -> Result<Report, Error>,
) -> Result<Report, Failure> {
    let progress = call.output.progress();
    let interrupt = Interrupt::listen(progress.clone());
    let migrator = migrator.on_event(progress.listener()).cancel_on(interrupt.first());
    let done = stoppable(verb(migrator), &interrupt, &progress).await;
    progress.end();
    done
}

async fn stoppable(
    verb: impl Future<Output = Result<Report, Error>>,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Report, Failure> {
    match select(pin!(verb), pin!(interrupt.second())).await {
        Either::Left((done, _)) => Ok(done?),
        Either::Right(((), _)) => {
            progress.end();
            Err(Failure::other("stopped at once, in the middle of a statement")
                .help("the server may still be at it: look at `status` before anything else"))
        }
    }
}
