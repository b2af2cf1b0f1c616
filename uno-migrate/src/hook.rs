//! What runs around migrations, and on every connection that is opened.

use futures_util::future::BoxFuture;

use crate::{Context, Result};

/// A function that is handed the [`Context`]: an async function, or an async closure that captures nothing.
///
/// The error may be any error. What captures state is written with [`hook_fn`], or implements the trait itself.
///
/// ```
/// use uno_migrate::{Context, Hook, Result, hook_fn};
///
/// async fn log(ctx: &mut Context<'_>) -> Result {
///     let id = ctx.migration().id.to_string();
///     ctx.execute_with("INSERT INTO migration_log (id) VALUES ($1)", (id,)).await?;
///     Ok(())
/// }
///
/// fn takes(hook: impl Hook) {}
///
/// takes(log);
/// takes(async |ctx: &mut Context<'_>| ctx.execute("ANALYZE").await.map(drop));
///
/// let channel = "migrations".to_owned();
/// takes(hook_fn(move |ctx| {
///     let channel = channel.clone();
///     Box::pin(async move { ctx.execute_with("SELECT pg_notify($1, $2)", (channel, "done")).await.map(drop) })
/// }));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hook",
    note = "write `async fn hook(ctx: &mut Context<'_>) -> uno_migrate::Result`, or `async |ctx: &mut Context<'_>| …`",
    note = "a closure that captures something is written `hook_fn(move |ctx| Box::pin(async move {{ … }}))`"
)]
pub trait Hook: Send + Sync + 'static {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// Whatever the hook reports: the migration that it runs for fails with it.
    fn call<'a>(&'a self, ctx: &'a mut Context<'_>) -> BoxFuture<'a, Result>;
}

/// A hook that captures state.
///
/// ```
/// use uno_migrate::hook_fn;
///
/// let greeting = "SELECT 'hello'";
/// let hook = hook_fn(move |ctx| Box::pin(async move { ctx.execute(greeting).await.map(drop) }));
/// # fn takes(hook: impl uno_migrate::Hook) {}
/// # takes(hook);
/// ```
pub fn hook_fn<F, E>(function: F) -> impl Hook
where
    F: for<'a, 'c> Fn(&'a mut Context<'c>) -> BoxFuture<'a, Result<(), E>> + Send + Sync + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    function
}

impl<F> Hook for F
where
    F: for<'a, 'c> HookFn<&'a mut Context<'c>> + Send + Sync + 'static,
{
    fn call<'a>(&'a self, ctx: &'a mut Context<'_>) -> BoxFuture<'a, Result> {
        let running = self.run(ctx);
        Box::pin(async move { running.await.map_err(Into::into) })
    }
}

/// A function whose future may borrow from its argument: the bounds say so for every lifetime of the argument at once.
#[doc(hidden)]
pub trait HookFn<Argument> {
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;
    type Running: Future<Output = Result<(), Self::Error>> + Send;

    fn run(&self, argument: Argument) -> Self::Running;
}

impl<F, Argument, Running, E> HookFn<Argument> for F
where
    F: Fn(Argument) -> Running,
    Running: Future<Output = Result<(), E>> + Send,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Error = E;
    type Running = Running;

    fn run(&self, argument: Argument) -> Running {
        self(argument)
    }
}
