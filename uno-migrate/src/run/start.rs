//! How a run begins: the set is assembled, a connection opened, and the history read.

use std::sync::Arc;
use std::time::Instant;

use sqlx::Pool;
use tracing::debug;
use uno_migrate_core::Dialect;

use super::Run;
use super::glance::{Agreed, Glance, Seen};
use super::patience::waiting;
use super::scope::Scope;
use super::session::Session;
use super::session::settings::Settings;
use crate::applied::AppliedMigration;
use crate::driver::{Connection, Driver};
use crate::error::{Error, ErrorKind};
use crate::options::Options;
use crate::report::Report;
use crate::set::Set;
use crate::source::{MigrationSource, Reading};
use crate::tracker::{DatabaseTracker, History};

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
        Self::with(set, options, session, None, began).await
    }

    /// Applies what is pending. Where nothing is, a connection that idles in the pool has told so, and an embedded set was
    /// not even put together.
    pub(crate) async fn apply<DB: Driver>(
        source: &Arc<dyn MigrationSource>,
        options: &'a Options,
        pool: &Pool<DB>,
    ) -> Result<Report, Error> {
        let began = Instant::now();
        check_names(options)?;
        let assemble = || assemble(source, options, DB::DIALECT);
        let (glance, set) = match source.marks(DB::DIALECT) {
            Some(marks) => (Glance::at(&marks, options, DB::DIALECT), None),
            None => {
                let set = assemble()?;
                (Glance::of(&set, options), Some(set))
            }
        };
        if let Some(glance) = &glance
            && let Some((mut idle, seen)) = glance.ask_pool(pool, options).await
            && let Some(agreed) = seen.agreed
        {
            let set = match set {
                Some(set) => set,
                None if options.choose() => assemble()?,
                // None of it is left to plan.
                None => Set::empty(options.namespace(), DB::DIALECT),
            };
            let session = Session::lent(DB::borrow(&mut idle), options);
            return Run::agreeing(set, options, session, agreed, began).up().await;
        }
        let set = set.map_or_else(assemble, Ok)?;
        let session = Session::open(pool, options).await?;
        Self::with(set, options, session, glance, began).await?.up().await
    }

    /// Applies what is pending, on a connection of the caller's.
    pub(crate) async fn apply_on(
        source: &Arc<dyn MigrationSource>,
        options: &'a Options,
        connection: &'a mut dyn Connection,
    ) -> Result<Report, Error> {
        let began = Instant::now();
        let set = assemble(source, options, connection.dialect())?;
        let glance = Glance::of(&set, options);
        Self::with(set, options, Session::lent(connection, options), glance, began).await?.up().await
    }

    async fn with(
        set: Set,
        options: &'a Options,
        mut session: Session<'a>,
        glance: Option<Glance>,
        began: Instant,
    ) -> Result<Self, Error> {
        // On SQLite whoever commits keeps out readers as well; one try lasts for the busy timeout.
        let waits = session.dialect() == Dialect::Sqlite && !session.is_lent();
        let read = loop {
            match read(&set, options, &mut session, glance.as_ref()).await {
                Err(error) if waits && error.contention().is_some() && began.elapsed() < options.lock_wait => {
                    if let Err(cancelled) = waiting::pause(options).await {
                        break Err(cancelled);
                    }
                }
                read => break read,
            }
        };
        match read {
            Ok(Read::Agreed(agreed)) => Ok(Self::agreeing(set, options, session, agreed, began)),
            Ok(Read::Rows(history, rows)) => Ok(Self::on(set, options, session, history, rows, began)),
            Err(error) => {
                session.close().await;
                Err(error)
            }
        }
    }

    /// With a history that says what the set says.
    fn agreeing(set: Set, options: &'a Options, session: Session<'a>, agreed: Agreed, began: Instant) -> Self {
        let Agreed { home, count } = agreed;
        let table = DatabaseTracker::at(set.dialect, home, &options.table, options.schema.is_some());
        let run = Self::on(set, options, session, History::Table(table), Vec::new(), began);
        Self { scope: Scope { agreed: Some(count), ..run.scope }, ..run }
    }

    fn on(
        set: Set,
        options: &'a Options,
        session: Session<'a>,
        history: History,
        rows: Vec<AppliedMigration>,
        began: Instant,
    ) -> Self {
        let scope = Scope {
            options,
            dialect: session.dialect(),
            opener: session.opener(),
            set,
            history,
            rows,
            agreed: None,
            outside: Vec::new(),
            settings: Settings::default(),
            began,
            lease: None,
            quiet: None,
        };
        Self { scope, session, guard: None }
    }
}

pub(crate) fn assemble(source: &Arc<dyn MigrationSource>, options: &Options, dialect: Dialect) -> Result<Set, Error> {
    check_names(options)?;
    let migrations = source
        .migrations_for(Reading { dialect: Some(dialect), missing_down: options.allow_missing_down })
        .map_err(|error| Error::new(ErrorKind::Invalid, "the migrations cannot be read").caused_by(error))?;
    Set::assemble(migrations, options.namespace(), dialect, options.allow_missing_down)
}

fn check_names(options: &Options) -> Result<(), Error> {
    let names = [
        ("schema", options.schema.as_deref()),
        ("table", Some(&*options.table)),
        ("namespace", Some(options.namespace())),
    ];
    for (what, name) in names.into_iter().filter_map(|(what, name)| Some((what, name?))) {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains('\0') {
            return Err(Error::usage(format!("`{}` is no {what} name", name.escape_debug()))
                .help(format!("give 1 to {MAX_NAME_BYTES} bytes without NUL")));
        }
    }
    Ok(())
}

/// What is known of the history.
enum Read {
    /// It says what the set says.
    Agreed(Agreed),
    Rows(History, Vec<AppliedMigration>),
}

/// Sets the session up and reads what its history says about the set.
async fn read(set: &Set, options: &Options, session: &mut Session<'_>, glance: Option<&Glance>) -> Result<Read, Error> {
    let dialect = session.dialect();
    if let Some(member) = set.members.iter().find(|member| !member.migration.supports(dialect)) {
        let called = set.called(&member.key.namespace, member.key.id.as_str());
        let message = format!("migration `{called}` was not read for `{dialect}`, the database of this pool");
        return Err(Error::new(ErrorKind::Invalid, message)
            .help(format!("add \"{dialect}\" to `dialects` where the set is embedded or loaded")));
    }
    session.set_up().await?;
    if let Some(glance) = glance {
        match glance.ask(session.connection()).await {
            Ok(Seen { agreed: Some(agreed), .. }) => return Ok(Read::Agreed(agreed)),
            Ok(_) => {}
            // Most likely there is no table yet; whatever else it is shows when the rows are read.
            Err(error) => debug!("the history does not tell how it stands as a whole: {error}"),
        }
    }
    let history = match &options.tracker {
        Some(tracker) => History::Elsewhere(tracker.clone()),
        None => History::Table(
            DatabaseTracker::locate(session.connection(), options.schema.as_deref(), &options.table).await?,
        ),
    };
    let rows = history.load(session.connection(), &set.namespaces()).await?;
    Ok(Read::Rows(history, rows))
}
