//! Options and verbs.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::Pool;
use uno_migrate_core::Dialect;

use crate::applied::AppliedMigration;
use crate::driver::Driver;
use crate::error::Error;
use crate::event::Event;
use crate::hook::Hook;
use crate::migration::Migration;
use crate::options::{Options, Policy, Repair, Selection, TransactionMode};
use crate::plan::Plan;
use crate::report::Report;
use crate::run::{Run, assemble};
use crate::source::MigrationSource;
use crate::status::Status;
use crate::tracker::Tracker;

mod adopt;

/// Runs a set of migrations, as its options say. Options are given first, then one verb is called; the same migrator
/// can be used again.
///
/// ```no_run
/// # async fn example(pool: sqlx::SqlitePool) -> Result<(), uno_migrate::Error> {
/// # use uno_migrate::{Directory, Migrator};
/// let report = Migrator::new(Directory::new(["./migrations"])).schema("main").steps(2).run(&pool).await?;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[must_use = "a migrator does nothing until a verb is called"]
#[derive(Clone)]
pub struct Migrator {
    source: Arc<dyn MigrationSource>,
    options: Options,
}

impl Migrator {
    /// A migrator for a set that is not embedded; see [`Migrations::migrator`](crate::Migrations::migrator) for one that is.
    pub fn new(source: impl MigrationSource + 'static) -> Self {
        Self { source: Arc::new(source), options: Options::default() }
    }

    /// The schema of the history table. Default: PostgreSQL's `current_schema()`, MySQL's `DATABASE()`, SQLite's `main`.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.options.schema = Some(schema.into());
        self
    }

    /// The name of the history table. Default: `uno_migrations`.
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.options.table = table.into();
        self
    }

    /// The namespace under which the history of migrations is kept that name none themselves. Several crates can share
    /// one table, each with its namespace. Default: the set's own, else `default`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.options.namespace = Some(namespace.into());
        self
    }

    /// `run`: up to and including this migration, in plan order. `revert`: everything after it; it stays.
    ///
    /// Here and in [`only`](Self::only), [`baseline`](Self::baseline) and [`repair`](Self::repair), an id that several
    /// namespaces have is given as `namespace:ID`.
    pub fn target(self, id: impl Into<String>) -> Self {
        self.select(Selection::Target(id.into()))
    }

    /// `run`: this migration and what it depends on. `revert`: this migration and what depends on it.
    pub fn only(self, id: impl Into<String>) -> Self {
        self.select(Selection::Only(id.into()))
    }

    /// At most so many migrations.
    pub fn steps(self, steps: usize) -> Self {
        self.select(Selection::Steps(steps))
    }

    /// `revert`: everything.
    pub fn all(self) -> Self {
        self.select(Selection::All)
    }

    fn select(mut self, selection: Selection) -> Self {
        self.options.selections.push(selection);
        self
    }

    /// Only migrations with one of these tags, and what they need: their dependencies to `run`, their dependents to
    /// `revert`.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.options.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// What one transaction holds. Default: each migration has its own.
    pub fn transaction(mut self, mode: TransactionMode) -> Self {
        self.options.transaction = mode;
        self
    }

    /// How long to wait for another instance that is migrating. Default: five minutes.
    pub fn lock_wait(mut self, limit: Duration) -> Self {
        self.options.lock_wait = limit;
        self
    }

    /// After how long without a sign of life an instance that migrates is taken for dead, and another one goes on in its
    /// place; one whose database session is seen to have ended is replaced at once, and one whose statement is seen to
    /// run is not replaced at all. At least a second. Default: 30 seconds, with a sign of life every sixth of it.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.options.lease = lease.max(Duration::from_secs(1));
        self
    }

    /// How long a statement may wait for a lock, on PostgreSQL and MySQL; `None` for the server's own setting. MySQL
    /// counts in whole seconds, rounded up. Default: five seconds.
    ///
    /// It holds for DDL: while `ALTER TABLE` waits, everybody else who wants the table waits behind it. What holds nobody
    /// up waits by the server's own setting: `CREATE INDEX CONCURRENTLY` and its like, and statements that read and write
    /// rows, unless DDL went before them in the same transaction. In Rust migrations and hooks it holds for every
    /// statement, but for those outside a transaction on PostgreSQL. A file that says `LockTimeout` has that for all of
    /// its statements, and a file that sets the limit by SQL is left alone with it.
    ///
    /// What fails for a lock, or has to give way in a deadlock, and was rolled back as a whole, is tried again, up to ten
    /// times in all, and once more at once where it came in a message: after 0.1 seconds, then after twice as long each time
    /// up to ten seconds, a quarter more or less at random. With five seconds for a lock that takes a minute and a half
    /// before it is given up. It is the migration that is tried again; with [`TransactionMode::Whole`], everything; on MySQL
    /// and outside a transaction, the one statement, or those that share a transaction with it since they only add rows. Rust migrations and what has hooks are never tried again by themselves, since they may have acted outside
    /// of the database; nor are concurrent builds, code that may commit (`CALL`, `DO`), and what runs inside a transaction
    /// of the caller's. [`cancel_on`](Self::cancel_on) ends the pauses.
    ///
    /// A statement that waits for a second, or for half of its limit, is looked after from a second connection, and so is a
    /// message after a second: [`Event::Waiting`] tells which sessions are in the way, then every ten seconds, and so does
    /// the error in the end.
    /// MariaDB and MySQL tell that of rows with the `PROCESS` privilege, and of tables with `performance_schema` or
    /// MariaDB's `metadata_lock_info`; without, it is who has a transaction open. The strings in the statements of others
    /// are not shown.
    pub fn lock_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.lock_timeout = limit.into();
        self
    }

    /// How long a statement may take, on PostgreSQL and MySQL, where its file does not say `StatementTimeout`. MySQL itself
    /// has no such limit but for `SELECT`: there, the statements of SQL migrations are ended from a second connection, by
    /// `KILL QUERY`, and those of Rust migrations are not. SQLite has none. Default: the server's setting.
    pub fn statement_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.statement_timeout = limit.into();
        self
    }

    /// What to do when an applied migration was changed. Default: refuse.
    pub fn on_modified(mut self, policy: Policy) -> Self {
        self.options.on_modified = policy;
        self
    }

    /// What to do when the database has migrations that this set does not know, as after the application was rolled
    /// back to an older version. Those that say `Breaking` always refuse. Default: warn.
    pub fn on_ahead(mut self, policy: Policy) -> Self {
        self.options.on_ahead = policy;
        self
    }

    /// What to do when a pending migration belongs before an applied one, as after a late merge. Default: warn.
    pub fn on_out_of_order(mut self, policy: Policy) -> Self {
        self.options.on_out_of_order = policy;
        self
    }

    /// Whether a migration that this set does not know may be reverted by the down SQL stored in the database, which is
    /// as trusted as whoever may write that table. Default: refuse.
    pub fn on_stored_down(mut self, policy: Policy) -> Self {
        self.options.on_stored_down = policy;
        self
    }

    /// Whether migrations that are read or made at run time may lack a way down without saying `Irreversible`. Default: no.
    pub fn allow_missing_down(mut self, allow: bool) -> Self {
        self.options.allow_missing_down = allow;
        self
    }

    /// Whether to change the history alone and run nothing. Default: no.
    pub fn fake(mut self, fake: bool) -> Self {
        self.options.fake = fake;
        self
    }

    /// Runs before each migration, in its transaction, in either direction. Its error fails the migration.
    pub fn before_each(mut self, hook: impl Hook) -> Self {
        self.options.before_each.push(Arc::new(hook));
        self
    }

    /// Runs after each migration, in its transaction, in either direction. Its error fails the migration.
    pub fn after_each(mut self, hook: impl Hook) -> Self {
        self.options.after_each.push(Arc::new(hook));
        self
    }

    /// What a name means that files give as `BeforeApply`, `AfterApply`, `BeforeRevert` or `AfterRevert`, unless their own
    /// embedded set has bound it by `hooks = { … }`.
    pub fn hook(mut self, name: impl Into<String>, hook: impl Hook) -> Self {
        self.options.hooks.insert(name.into(), Arc::new(hook));
        self
    }

    /// Is told everything that happens, while it happens. It must not block.
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.options.on_event.push(Arc::new(listener));
        self
    }

    /// Sets up the connection that migrations run on: when it is opened, and again whenever its session was reset. The
    /// pool's `after_connect` does not run on it.
    pub fn on_connect(mut self, hook: impl Hook) -> Self {
        self.options.on_connect = Some(Arc::new(hook));
        self
    }

    /// Migrates over this URL and not with the pool's options, as where the pool leads through a transaction pooler.
    pub fn direct_url(mut self, url: impl Into<String>) -> Self {
        self.options.direct_url = Some(url.into());
        self
    }

    /// Ends the run after the statement in hand when this future is ready, or those that share a message with it since they only
    /// add rows: what takes less than half a second, by how long those before them took. Where migrations share a message, those in
    /// it end within about two seconds: what is done stays, and the statement in hand is taken back, on PostgreSQL with all of
    /// its migration; on SQLite they end behind the statement in hand, and its migration is taken back. Of one that has a
    /// message for itself, the statement in hand is waited for, and the one that has begun behind it is taken back; on
    /// PostgreSQL, where it has several, all of it is, at once. A Rust migration in a transaction is taken back when it uses
    /// its [`Context`](crate::Context) the next time; on MySQL, and outside of a transaction, it goes on to its end.
    pub fn cancel_on(mut self, cancelled: impl Future<Output = ()> + Send + 'static) -> Self {
        self.options.cancel_on = Some(cancelled.boxed().shared());
        self
    }

    /// Keeps the history somewhere else than in the history table.
    pub fn tracker(mut self, tracker: impl Tracker) -> Self {
        self.options.tracker = Some(Arc::new(tracker));
        self
    }

    /// Applies what is pending, as far as the options say.
    ///
    /// # Errors
    /// Before anything is changed: [`Usage`](crate::ErrorKind::Usage), [`Invalid`](crate::ErrorKind::Invalid),
    /// [`Stale`](crate::ErrorKind::Stale) (where the application has debug assertions),
    /// [`Connection`](crate::ErrorKind::Connection), [`Interrupted`](crate::ErrorKind::Interrupted), what the policies
    /// refuse ([`Modified`](crate::ErrorKind::Modified), [`Ahead`](crate::ErrorKind::Ahead),
    /// [`Breaking`](crate::ErrorKind::Breaking), [`OutOfOrder`](crate::ErrorKind::OutOfOrder)), and
    /// [`LockTimeout`](crate::ErrorKind::LockTimeout) where another instance was at work for all of `lock_wait`. While
    /// migrating: [`Migration`](crate::ErrorKind::Migration), [`Hook`](crate::ErrorKind::Hook),
    /// [`History`](crate::ErrorKind::History), [`Interrupted`](crate::ErrorKind::Interrupted) where a statement is in
    /// doubt, [`LeaseLost`](crate::ErrorKind::LeaseLost), [`Cancelled`](crate::ErrorKind::Cancelled);
    /// [`Error::report`] then tells what was done before.
    pub async fn run<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Report, Error> {
        self.source.check_fresh()?;
        Run::apply(&self.source, &self.options, pool).await
    }

    /// Reverts the last applied migration in plan order, or what the options say.
    ///
    /// # Errors
    /// As [`run`](Self::run), but a modified or late migration does not keep another from being reverted; and
    /// [`Irreversible`](crate::ErrorKind::Irreversible), [`StoredDown`](crate::ErrorKind::StoredDown) before anything
    /// is changed, or [`Usage`](crate::ErrorKind::Usage) where a migration of a namespace that the set does not decide
    /// over depends on one that would go.
    pub async fn revert<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Report, Error> {
        self.start(pool).await?.down().await
    }

    /// Where every migration stands. Changes nothing.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage), [`Invalid`](crate::ErrorKind::Invalid),
    /// [`Connection`](crate::ErrorKind::Connection), [`History`](crate::ErrorKind::History).
    pub async fn status<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Status, Error> {
        self.start(pool).await?.status().await
    }

    /// The migrations as they are for a database, in plan order. Needs no connection.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage), [`Invalid`](crate::ErrorKind::Invalid).
    pub fn migrations(&self, dialect: Dialect) -> Result<Vec<Migration>, Error> {
        let set = assemble(&self.source, &self.options, dialect)?;
        Ok(set.members.into_iter().map(|member| member.migration.in_namespace(&member.key.namespace)).collect())
    }

    /// What the history knows of the set's namespaces, in order of application: what was reverted as well. Changes
    /// nothing.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub async fn history<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Vec<AppliedMigration>, Error> {
        Ok(self.start(pool).await?.history().await)
    }

    /// What [`run`](Self::run) would do. Changes nothing.
    ///
    /// # Errors
    /// What `run` refuses before it changes anything.
    pub async fn plan<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Plan, Error> {
        self.start(pool).await?.plan_up().await
    }

    /// What [`revert`](Self::revert) would do. Changes nothing.
    ///
    /// # Errors
    /// What `revert` refuses before it changes anything.
    pub async fn plan_revert<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Plan, Error> {
        self.start(pool).await?.plan_down().await
    }

    /// Compares the set with the history, checksums included. Changes nothing.
    ///
    /// # Errors
    /// As [`status`](Self::status), and whatever the policies make an error.
    pub async fn validate<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Status, Error> {
        self.start(pool).await?.validate().await
    }

    /// Adopts a database that was built by other means: records everything up to and including this migration as
    /// applied, in plan order, and runs nothing.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Usage`](crate::ErrorKind::Usage) where the migration is unknown or the history has rows
    /// already.
    pub async fn baseline<DB: Driver>(&self, pool: &Pool<DB>, id: impl Into<String>) -> Result<Report, Error> {
        self.clone().target(id).fake(true).start(pool).await?.baseline().await
    }

    /// Mends the history after somebody has looked at the database.
    ///
    /// # Errors
    /// As [`status`](Self::status); [`Usage`](crate::ErrorKind::Usage) where the migration's row is not in the state
    /// that the repair is for.
    pub async fn repair<DB: Driver>(&self, pool: &Pool<DB>, repair: Repair) -> Result<Report, Error> {
        self.start(pool).await?.repair(repair).await
    }

    /// As [`run`](Self::run), on a connection of the caller's: no connection of its own, no lease, and the session is
    /// left as the migrations leave it. Inside a transaction of the caller's, each migration is a savepoint, whether sqlx
    /// began that transaction or a `BEGIN` that was sent as SQL.
    ///
    /// Whoever drops the future before it is ready has to roll that transaction back: it then holds a part of a
    /// migration; and on SQLite to switch the foreign keys on again, if a migration says `ForeignKeys: off`. On MySQL and MariaDB no savepoint protects from DDL: the first statement that changes the schema
    /// commits the caller's transaction, and what follows commits by itself.
    ///
    /// This is for tests that run in a transaction each, with `#[sqlx::test(migrations = false)]`.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_on<C>(&self, connection: &mut C) -> Result<Report, Error>
    where
        C: sqlx::Connection,
        C::Database: Driver<Connection = C>,
    {
        self.source.check_fresh()?;
        Run::apply_on(&self.source, &self.options, <C::Database as Driver>::borrow(connection)).await
    }

    async fn start<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Run<'_>, Error> {
        Run::start(&self.source, &self.options, pool).await
    }
}
