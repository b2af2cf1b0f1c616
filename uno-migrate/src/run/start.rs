//! How a run begins: the set is assembled, a connection opened, and the history read.

use std::sync::Arc;
use std::time::Instant;

use sqlx::Pool;
use uno_migrate_core::{Dialect, Problems};

use super::Run;
use super::patience::waiting;
use super::scope::Scope;
use super::session::Session;
use super::session::settings::Settings;
use crate::applied::AppliedMigration;
use crate::driver::{Connection, Driver};
use crate::error::{Error, ErrorKind};
use crate::options::Options;
use crate::set::Set;
use crate::source::{MigrationSource, Reading};
use crate::tracker::{DatabaseTracker, History};

/// The namespace of sets that name none.
const DEFAULT_NAMESPACE: &str = "default";

/// Names that the database has to keep: PostgreSQL's limit, the shortest of the three.
const MAX_NAME_BYTES: usize = 63;

impl<'a> Run<'a> {
    /// On a connection of its own.
    pub(crate) async fn start<DB: Driver>(
        source: &Arc<dyn MigrationSource>,
        options: &'a Options,
        pool: &Pool<DB>,
    ) -> Result<Self, Error> {
        let began = Instant::now();
        let set = assemble(source, options, DB::DIALECT)?;
        let session = Session::open(pool, options).await?;
        Self::with(set, options, session, began).await
    }

    /// On a connection of the caller's.
    pub(crate) async fn on(
        source: &Arc<dyn MigrationSource>,
        options: &'a Options,
        connection: &'a mut dyn Connection,
    ) -> Result<Self, Error> {
        let began = Instant::now();
        let set = assemble(source, options, connection.dialect())?;
        Self::with(set, options, Session::lent(connection, options), began).await
    }

    async fn with(set: Set, options: &'a Options, mut session: Session<'a>, began: Instant) -> Result<Self, Error> {
        // On SQLite whoever commits keeps out readers as well; one try lasts for the busy timeout.
        let waits = session.dialect() == Dialect::Sqlite && !session.is_lent();
        let read = loop {
            match read(&set, options, &mut session).await {
                Err(error) if waits && error.contention().is_some() && began.elapsed() < options.lock_wait => {
                    if let Err(cancelled) = waiting::pause(options).await {
                        break Err(cancelled);
                    }
                }
                read => break read,
            }
        };
        match read {
            Ok((history, rows)) => {
                let (dialect, opener) = (session.dialect(), session.opener());
                let (outside, settings, lease, quiet) = (Vec::new(), Settings::default(), None, None);
                let scope =
                    Scope { options, dialect, opener, set, history, rows, outside, settings, began, lease, quiet };
                Ok(Self { scope, session, guard: None })
            }
            Err(error) => {
                session.close().await;
                Err(error)
            }
        }
    }
}

pub(crate) fn assemble(source: &Arc<dyn MigrationSource>, options: &Options, dialect: Dialect) -> Result<Set, Error> {
    let namespace = options.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let names =
        [("schema", options.schema.as_deref()), ("table", Some(&options.table)), ("namespace", Some(namespace))];
    for (what, name) in names.into_iter().filter_map(|(what, name)| Some((what, name?))) {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains('\0') {
            return Err(Error::usage(format!("`{}` is no {what} name", name.escape_debug()))
                .help(format!("give 1 to {MAX_NAME_BYTES} bytes without NUL")));
        }
    }
    let migrations = source
        .migrations_for(Reading { dialect: Some(dialect), missing_down: options.allow_missing_down })
        .map_err(|error| match error.downcast::<Problems>() {
            Ok(problems) => Error::invalid(*problems),
            Err(error) => Error::new(ErrorKind::Invalid, "the migrations cannot be read").caused_by(error),
        })?;
    Set::assemble(migrations, namespace, dialect, options.allow_missing_down)
}

/// Sets the session up and reads what its history says about the set.
async fn read(
    set: &Set,
    options: &Options,
    session: &mut Session<'_>,
) -> Result<(History, Vec<AppliedMigration>), Error> {
    let dialect = session.dialect();
    if let Some(member) = set.members.iter().find(|member| !member.migration.supports(dialect)) {
        let called = set.called(&member.key.namespace, member.key.id.as_str());
        let message = format!("migration `{called}` was not read for `{dialect}`, the database of this pool");
        return Err(Error::new(ErrorKind::Invalid, message)
            .help(format!("add \"{dialect}\" to `dialects` where the set is embedded or loaded")));
    }
    session.set_up().await?;
    let history = match &options.tracker {
        Some(tracker) => History::Elsewhere(tracker.clone()),
        None => History::Table(
            DatabaseTracker::locate(session.connection(), options.schema.as_deref(), &options.table).await?,
        ),
    };
    let rows = history.load(session.connection(), &set.namespaces()).await?;
    Ok((history, rows))
}
