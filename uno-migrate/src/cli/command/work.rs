//! A verb that changes something: shown while it goes on, and ended by signals.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::cli::call::Call;
use crate::cli::database::Database;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::live;
use crate::cli::output::Progress;
use crate::{Error, Migrator, Report};

/// How long it takes before anybody looks how far it is, and how often.
const LOOK: Duration = Duration::from_secs(2);

/// Runs it with a migrator that tells how it goes and can be stopped.
pub(super) async fn at_work(
    call: &Call,
    database: &Database,
    migrator: Migrator,
    verb: impl AsyncFnOnce(Migrator) -> Result<Report, Error>,
) -> Result<Report, Failure> {
    let progress = call.output.progress();
    let interrupt = Interrupt::listen(progress.clone());
    let migrator = migrator.on_event(progress.listener()).cancel_on(interrupt.first());
    let done = stoppable(verb(migrator), &interrupt, &progress, database).await;
    progress.end();
    done
}

async fn stoppable(
    verb: impl Future<Output = Result<Report, Error>>,
    interrupt: &Interrupt,
    progress: &Progress,
    database: &Database,
) -> Result<Report, Failure> {
    let (second, watched) = (pin!(interrupt.second()), pin!(watched(progress, database)));
    match select(pin!(verb), select(second, watched)).await {
        Either::Left((done, _)) => Ok(done?),
        Either::Right(_) => {
            progress.end();
            Err(Failure::other("stopped at once, in the middle of a statement")
                .help("the server may still be at it: look at `status` before anything else"))
        }
    }
}

/// Tells how far an index is that takes its time; never ends.
async fn watched(progress: &Progress, database: &Database) -> Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        if progress.takes_its_time(LOOK)
            && let Some(detail) = live::index(database).await
        {
            progress.detail(&detail);
        }
    }
}
