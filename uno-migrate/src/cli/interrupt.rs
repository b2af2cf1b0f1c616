//! Ctrl-C and SIGTERM: the first ends a run after the statement in hand, the second at once.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::output::Progress;

/// Listens for signals until it is dropped.
pub(super) struct Interrupt {
    seen: watch::Receiver<u8>,
    listening: JoinHandle<()>,
}

impl Interrupt {
    pub(super) fn listen(progress: Progress) -> Self {
        let (tell, seen) = watch::channel(0);
        let listening = tokio::spawn(async move {
            signal().await;
            progress.note("stopping after the statement in hand; once more stops at once");
            let _ = tell.send(1);
            signal().await;
            let _ = tell.send(2);
            // Whoever asks later is to see it as well.
            tell.closed().await;
        });
        Self { seen, listening }
    }

    /// Ready when it was asked to stop.
    pub(super) fn first(&self) -> impl Future<Output = ()> + Send + 'static {
        reached(self.seen.clone(), 1)
    }

    /// Ready when it was asked to stop at once.
    pub(super) fn second(&self) -> impl Future<Output = ()> + Send + 'static {
        reached(self.seen.clone(), 2)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn reached(mut seen: watch::Receiver<u8>, signals: u8) {
    if seen.wait_for(|seen| *seen >= signals).await.is_err() {
        // Nobody listens any more, so nobody can ask.
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn signal() {
    use futures_util::future::{Either, select};
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    match select(Box::pin(interrupt.recv()), Box::pin(terminate.recv())).await {
        Either::Left(_) | Either::Right(_) => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
