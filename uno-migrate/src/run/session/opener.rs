//! How the connections of a run are opened, and set up as the application wants them.

use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sqlx::Pool;
use tokio::time::sleep;
use uno_migrate_core::{Info, MigrationId};

use crate::context::Context;
use crate::dialect::sql;
use crate::driver::{self, Connection, Driver, Fault, Obstacle, Opener, send};
use crate::error::{Error, ErrorKind};
use crate::options::SharedHook;
use crate::run::failure;

/// What a context shows as its migration while a connection is set up.
static CONNECTING: LazyLock<Info> = LazyLock::new(|| Info::new(MigrationId::placeholder("connecting")));

/// Before another try where there are too many connections: one that was closed a moment ago counts until the server has
/// noticed.
const PAUSES: [Duration; 3] = [Duration::from_millis(5), Duration::from_millis(15), Duration::from_millis(50)];

/// Further connections like the first: with the pool's options, or to another URL. They may lead to another node of a
/// cluster than the first, and see there what was written here.
pub(in crate::run) fn opener<DB: Driver>(pool: &Pool<DB>, direct_url: Option<String>) -> Opener {
    let pool = pool.clone();
    Arc::new(move || {
        let (pool, url) = (pool.clone(), direct_url.clone());
        Box::pin(async move {
            let mut pauses = PAUSES.into_iter();
            let mut connection = loop {
                match (DB::open(&pool, url.as_deref(), None).await, pauses.next()) {
                    (Err(error), Some(pause)) if is_full(&error) => sleep(pause).await,
                    (opened, _) => break opened?,
                }
            };
            let text = sql(DB::DIALECT).catch_up();
            if !text.is_empty() {
                // Where there are no clusters, or no end to the waiting, it is used as it is: the fence decides.
                let _ = send(&mut *connection, text).await;
            }
            Ok(connection)
        })
    })
}

/// Has every statement on a further connection commit at once, and see what others have committed by then.
pub(in crate::run) async fn commit_each(connection: &mut dyn Connection) -> Result<(), sqlx::Error> {
    match sql(connection.dialect()).commit_each() {
        "" => Ok(()),
        text => send(connection, text).await,
    }
}

/// Whether the server, or the user, may have no more connections.
fn is_full(error: &sqlx::Error) -> bool {
    driver::fault(error) == Some(Fault::Obstacle(Obstacle::Connections))
}

/// The same, set up: the lease is kept on connections like those that migrations run on, since without the role that
/// `on_connect` takes they may not be allowed to write.
pub(in crate::run) fn set_up(opener: Opener, hook: Option<SharedHook>) -> Opener {
    let Some(hook) = hook else { return opener };
    Arc::new(move || {
        let (opening, hook) = (opener(), hook.clone());
        Box::pin(async move {
            let mut connection = opening.await?;
            let called = on_connect(&mut *connection, &hook).await;
            called.map(|()| connection).map_err(|error| sqlx::Error::Configuration(error.into()))
        })
    })
}

/// What the application wants done on every new connection.
pub(in crate::run) async fn on_connect(connection: &mut dyn Connection, hook: &SharedHook) -> Result<(), Error> {
    let mut context = Context::new(connection, &CONNECTING, &|_, _| {});
    let called = hook.call(&mut context).await;
    called.and_then(|()| context.finish()).map_err(|error| {
        failure::code(ErrorKind::Hook, "the `on_connect` hook failed".to_owned(), failure::HOOK, error)
    })
}

/// What the application does with a connection that is lent to it.
pub(super) async fn call<T, F>(connection: &mut dyn Connection, function: F) -> Result<T, Error>
where
    F: AsyncFnOnce(&mut Context<'_>) -> crate::error::Result<T>,
{
    let mut context = Context::new(connection, &CONNECTING, &|_, _| {});
    let done = function(&mut context).await;
    let done = done.and_then(|value| context.finish().map(|()| value));
    done.map_err(|error| {
        failure::code(
            ErrorKind::Hook,
            "the look at the database failed".to_owned(),
            "correct what it does, and run again",
            error,
        )
    })
}

pub(super) fn unreachable(error: sqlx::Error) -> Error {
    let help = match driver::fault(&error).and_then(Fault::obstacle) {
        Some(obstacle) => obstacle.help(),
        None => what_to_check(&error),
    };
    Error::new(ErrorKind::Connection, "cannot connect to the database").caused_by_database(error).help(help)
}

/// Where whoever cannot connect has to look first.
fn what_to_check(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(|error| error.code());
    match (error, code.as_deref()) {
        (sqlx::Error::Io(error), _) if error.kind() == io::ErrorKind::ConnectionRefused => {
            "nobody listens there: start the server, or correct host and port"
        }
        (sqlx::Error::Io(_), _) => "correct the host, or see that it can be reached from here",
        (_, Some("28000" | "28P01")) => {
            "correct the user or the password, or have the server let this user in from here"
        }
        // MySQL has no code of its own for it, and nothing else is said so before there is a statement.
        (_, Some("3D000" | "42000")) => "make the database first, or correct its name",
        (_, Some("14")) => "see that it is a file, and that this user may read and write it and its directory",
        _ => "check that the server runs and that the URL and its user are right",
    }
}
