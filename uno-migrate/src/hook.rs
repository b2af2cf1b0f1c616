//! What runs around migrations, and on every connection that is opened.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{Context, Result};

/// A function that is handed the [`Context`]: an async function, or a closure.
///
/// ```
/// use uno_migrate::{Context, Hook, Result};
///
/// async fn notify(ctx: &mut Context<'_>) -> Result {
///     let id = ctx.migration().id.to_string();
///     ctx.execute_with("INSERT INTO migration_log (id) VALUES ($1)", (id,)).await?;
///     Ok(())
/// }
///
/// fn takes(hook: impl Hook) {}
///
/// takes(notify);
/// takes(async |ctx: &mut Context<'_>| ctx.execute("ANALYZE").await.map(drop));
///
/// let channel = "migrations".to_owned();
/// takes(move |ctx: &mut Context<'_>| {
///     let channel = channel.clone();
///     Box::pin(async move { ctx.execute_with("SELECT pg_notify($1, $2)", (channel, "done")).await.map(drop) })
/// });
/// ```
pub trait Hook: Send + Sync + 'static {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// Whatever the hook reports: the migration that it runs for fails with it.
    fn call<'a>(&'a self, ctx: &'a mut Context<'_>) -> BoxFuture<'a, Result>;
}

/// A hook, kept.
pub(crate) type SharedHook = Arc<dyn Hook>;

impl<F> Hook for F
where
    F: for<'a, 'c> HookFn<'a, &'a mut Context<'c>> + Send + Sync + 'static,
{
    fn call<'a>(&'a self, ctx: &'a mut Context<'_>) -> BoxFuture<'a, Result> {
        self.run(ctx)
    }
}

/// A function of one argument whose future may borrow from it, and whose error is any error.
#[doc(hidden)]
pub trait HookFn<'a, Argument> {
    fn run(&self, argument: Argument) -> BoxFuture<'a, Result>;
}

impl<'a, F, Argument, Running, E> HookFn<'a, Argument> for F
where
    F: Fn(Argument) -> Running,
    Running: Future<Output = Result<(), E>> + Send + 'a,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn run(&self, argument: Argument) -> BoxFuture<'a, Result> {
        let running = self(argument);
        Box::pin(async move { running.await.map_err(Into::into) })
    }
}
