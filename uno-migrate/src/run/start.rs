//! How a run begins: the set is assembled, a connection opened, and the history read.

use std::sync::Arc;
use std::time::Instant;

use sqlx::Pool;
use uno_migrate_core::{Dialect, Problems};

use super::glance::{Glance, Look, Seen};
use super::patience::waiting;
use super::scope::Scope;
use super::session::Session;
use super::session::settings::Settings;
use super::{Run, failure};
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
        Self::with(set, options, session, &Look::Unasked, began).await
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
        let told = match &glance {
            Some(glance) => glance.ask_pool(pool, options).await,
            None => None,
        };
        let look = match told {
            Some((mut idle, Some(seen))) if seen.agreed.is_some() => {
                let set = match set {
                    Some(set) => set,
                    None if options.choose() => assemble()?,
                    // None of it is left to plan.
                    None => Set::empty(options.namespace(), DB::DIALECT),
                };
                let session = Session::lent(DB::borrow(&mut idle), options);
                let known = Known::agreed(&set, options, seen)?;
                return Run::on(set, options, session, known, began).up().await;
            }
            // To SQLite there is no way to save.
            Some((idle, Some(seen))) if DB::DIALECT != Dialect::Sqlite => {
                let session = Session::early(idle, pool, options);
                let set = match set.map_or_else(assemble, Ok) {
                    Ok(set) => set,
                    Err(error) => {
                        session.close().await;
                        return Err(error);
                    }
                };
                return Self::with(set, options, session, &Look::Told(Some(seen)), began).await?.up().await;
            }
            Some((idle, seen)) => {
                drop(idle);
                Look::Told(seen)
            }
            None => Look::new(glance),
        };
        let set = set.map_or_else(assemble, Ok)?;
        let session = Session::open(pool, options).await?;
        Self::with(set, options, session, &look, began).await?.up().await
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
        let look = Look::new(glance);
        Self::with(set, options, Session::lent(connection, options), &look, began).await?.up().await
    }

    async fn with(
        set: Set,
        options: &'a Options,
        mut session: Session<'a>,
        look: &Look,
        began: Instant,
    ) -> Result<Self, Error> {
        // On SQLite whoever commits keeps out readers as well; one try lasts for the busy timeout.
        let waits = session.connection().dialect() == Dialect::Sqlite && !session.is_lent();
        let read = loop {
            match read(&set, options, &mut session, look).await {
                Err(error) if waits && error.contention().is_some() && began.elapsed() < options.lock_wait => {
                    if let Err(cancelled) = waiting::pause(options).await {
                        break Err(cancelled);
                    }
                }
                read => break read,
            }
        };
        match read {
            Ok(known) => Ok(Self::on(set, options, session, known, began)),
            Err(error) => {
                session.close().await;
                Err(failure::remedied(error, None))
            }
        }
    }

    fn on(set: Set, options: &'a Options, mut session: Session<'a>, known: Known, began: Instant) -> Self {
        let dialect = session.connection().dialect();
        let (opener, Known { history, rows, agreed, left_at }) = (session.opener(), known);
        let (outside, settings, lease, quiet) = (Vec::new(), Settings::default(), None, None);
        let scope = Scope {
            options,
            dialect,
            opener,
            set,
            history,
            rows,
            agreed,
            left_at,
            outside,
            settings,
            began,
            lease,
            quiet,
        };
        Self { scope, session, guard: None }
    }
}

pub(crate) fn assemble(source: &Arc<dyn MigrationSource>, options: &Options, dialect: Dialect) -> Result<Set, Error> {
    check_names(options)?;
    let migrations = source
        .migrations_for(Reading { dialect: Some(dialect), missing_down: options.allow_missing_down })
        .map_err(|error| match error.downcast::<Problems>() {
            Ok(problems) => Error::invalid(*problems),
            Err(error) => Error::new(ErrorKind::Invalid, "the migrations cannot be read").caused_by(error),
        })?;
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
struct Known {
    history: History,
    rows: Vec<AppliedMigration>,
    /// It was not read: it says what the set says, of so many migrations.
    agreed: Option<usize>,
    /// The number at which the lease was left before the rows were read.
    left_at: Option<i64>,
}

impl Known {
    fn agreed(set: &Set, options: &Options, seen: Seen) -> Result<Self, Error> {
        let table = DatabaseTracker::at(set.dialect, seen.found, &options.table, options.schema.is_some())?;
        Ok(Self { history: History::Table(table), rows: Vec::new(), agreed: seen.agreed, left_at: None })
    }
}

/// Sets the session up and reads what its history says about the set.
async fn read(set: &Set, options: &Options, session: &mut Session<'_>, look: &Look) -> Result<Known, Error> {
    let dialect = session.connection().dialect();
    if let Some(member) = set.members.iter().find(|member| !member.migration.supports(dialect)) {
        let called = set.called(&member.key.namespace, member.key.id.as_str());
        let message = format!("migration `{called}` was not read for `{dialect}`, the database of this pool");
        return Err(Error::new(ErrorKind::Invalid, message)
            .help(format!("add \"{dialect}\" to `dialects` where the set is embedded or loaded")));
    }
    session.set_up().await?;
    let seen = look.see(session.connection()).await;
    let (schema, table) = (options.schema.as_deref(), &options.table);
    let history = match (&options.tracker, seen) {
        (Some(tracker), _) => History::Elsewhere(tracker.clone()),
        (None, Some(seen)) if seen.agreed.is_some() => return Known::agreed(set, options, seen),
        (None, Some(seen)) => History::Table(DatabaseTracker::at(dialect, seen.found, table, schema.is_some())?),
        (None, None) => History::Table(DatabaseTracker::locate(session.connection(), schema, table).await?),
    };
    let namespaces = set.namespaces();
    let reads_once = !matches!(look, Look::Unasked) && session.opener().is_some();
    let load = async |connection: &mut dyn Connection| match reads_once {
        true => history.load_behind_lease(connection, &namespaces).await,
        false => Ok((history.load(connection, &namespaces).await?, None)),
    };
    let mut read = load(session.connection()).await;
    if read.is_err() && session.is_early() {
        // The application may have set its session up for other work.
        session.settle().await?;
        read = load(session.connection()).await;
    }
    let (rows, left_at) = read?;
    Ok(Known { history, rows, agreed: None, left_at })
}
