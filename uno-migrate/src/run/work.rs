//! What a migration does between its hooks: statements, or Rust code.

use std::time::Instant;

use uno_migrate_core::{Dialect, Info, Section, row_list};

use super::bunch::Bunches;
use super::failure;
use super::hooks::{Called, Hooks};
use super::journal::Journal;
use super::journal::walk::Walk;
use super::patience::pace::{Pace, Stopped};
use super::scope::Scope;
use super::script::Script;
use crate::context::{AskedToStop, Context};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::event::{Direction, Event};
use crate::migration::{Body, section};
use crate::plan::{Act, Step, StoredDown};
use crate::private::Function;

pub(super) struct Work<'a> {
    step: &'a Step,
    info: Info,
    what: What,
}

enum What {
    Sql(Script),
    Coded { path: String, function: Function, transactional: bool },
}

impl<'a> Work<'a> {
    pub(super) fn of(step: &'a Step, dialect: Dialect) -> Result<Self, Error> {
        let (info, what) = match &step.act {
            Act::Run(migration) => {
                let what = match migration.body() {
                    Body::Sql(sql) => sql.script(dialect).and_then(|script| {
                        let (file, section) = (sql.file(script), section(script, step.direction)?.clone());
                        Some(What::Sql(Script::new(file.path.clone(), file.text.clone(), section)))
                    }),
                    Body::Coded(coded) => {
                        let function = match step.direction {
                            Direction::Up => Some(coded.definition.up),
                            Direction::Down => coded.definition.down,
                        };
                        let (path, transactional) = (coded.path.clone(), coded.definition.transaction);
                        function.map(|function| What::Coded { path, function, transactional })
                    }
                };
                (migration.info().clone(), what)
            }
            Act::Stored { down, .. } => {
                let (path, text, section) = (StoredDown::PATH.to_owned(), down.text.clone(), down.section.clone());
                (Info::new(step.key.id.clone()), Some(What::Sql(Script::new(path, text, section))))
            }
            Act::Record { .. } => (Info::new(step.key.id.clone()), None),
        };
        // The plan holds no step that has nothing to run in its direction.
        let what = what.ok_or_else(|| Error::new(ErrorKind::Invalid, format!("`{}` has nothing to run", step.id())))?;
        Ok(Self { step, info, what })
    }

    pub(super) fn script(&self) -> Option<&Script> {
        match &self.what {
            What::Sql(script) => Some(script),
            What::Coded { .. } => None,
        }
    }

    pub(super) fn into_script(self) -> Option<Script> {
        match self.what {
            What::Sql(script) => Some(script),
            What::Coded { .. } => None,
        }
    }

    pub(super) fn section(&self) -> Option<&Section> {
        self.script().map(|script| &script.section)
    }

    /// Whether other code runs on its session before its own.
    pub(super) fn has_hooks(&self, scope: &Scope<'_>) -> bool {
        !self.hooks(scope).before.is_empty()
    }

    fn hooks(&self, scope: &Scope<'_>) -> Hooks {
        match &self.step.act {
            Act::Run(migration) => scope.hooks(migration, self.step.direction),
            // The hooks that it names went with the migration.
            Act::Stored { .. } | Act::Record { .. } => Hooks::each(scope.options),
        }
    }

    /// Whether it wants foreign keys off, where that is done by the session.
    pub(super) fn foreign_keys_off(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite && self.section().is_some_and(|section| section.foreign_keys_off)
    }

    pub(super) fn is_transactional(&self) -> bool {
        match &self.what {
            What::Sql(Script { section, .. }) => !section.no_transaction,
            What::Coded { transactional, .. } => *transactional,
        }
    }

    /// Whether the session may not be what it was: of Rust code nobody knows.
    pub(super) fn changes_session(&self, dialect: Dialect) -> bool {
        match &self.what {
            What::Sql(Script { text, section, .. }) => {
                // A limit of the file's own is a setting of the session where there is no transaction to keep it in.
                let has_limit = section.lock_timeout.is_some() || section.statement_timeout.is_some();
                has_limit || uno_migrate_core::changes_session(dialect, text, section)
            }
            What::Coded { .. } => true,
        }
    }

    /// Whether it can be tried again once it was rolled back: Rust code may have acted outside of the database, and so may
    /// some SQL.
    pub(super) fn is_only_sql(&self, scope: &Scope<'_>) -> bool {
        let hooks = self.hooks(scope);
        let stays_inside = |script: &Script| {
            (0..script.total()).all(|index| !uno_migrate_core::acts_outside(scope.dialect, script.statement(index)))
        };
        self.script().is_some_and(stays_inside) && hooks.before.is_empty() && hooks.after.is_empty()
    }

    /// Whether something in it prepares statements of its own.
    pub(super) fn has_code(&self, scope: &Scope<'_>) -> bool {
        let hooks = self.hooks(scope);
        matches!(self.what, What::Coded { .. }) || !hooks.before.is_empty() || !hooks.after.is_empty()
    }

    /// Sets the limits with which it begins.
    pub(super) async fn pace(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        in_transaction: bool,
    ) -> Result<Pace, Error> {
        Pace::begin(scope, connection, self.script(), self.has_hooks(scope), in_transaction).await
    }

    /// Hooks, work, hooks.
    pub(super) async fn run(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        pace: &mut Pace,
        mut journal: Option<Journal<'_, '_>>,
    ) -> Result<(), Error> {
        let hooks = self.hooks(scope);
        for hook in &hooks.before {
            self.call(scope, connection, hook, "before").await?;
        }
        let mut open = None;
        match &self.what {
            What::Sql(script) => match journal.as_mut().and_then(|journal| Some((journal.course?, journal))) {
                Some((course, journal)) => {
                    let is_only_sql = self.is_only_sql(scope);
                    let walk = Walk { scope, step: self.step, course, is_only_sql };
                    open = walk.run(connection, pace, journal).await?;
                }
                None => self.statements(scope, connection, pace, script).await?,
            },
            What::Coded { path, function, .. } => self.coded(scope, connection, path, *function).await?,
        }
        if !hooks.after.is_empty() {
            pace.before_code(connection).await?;
        }
        for hook in &hooks.after {
            self.call(scope, connection, hook, "after").await?;
        }
        if let Some(mut journal) = journal
            && !journal.is_settled(connection).await?
        {
            let place = open.unwrap_or_else(|| failure::file(failure::path(self.step)));
            return Err(failure::left_open(self.step, place));
        }
        Ok(())
    }

    async fn call(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        Called { name, hook }: &Called,
        when: &str,
    ) -> Result<(), Error> {
        let progress = |done, total| self.progress(scope, done, total);
        let mut context = Context::new(connection, &self.info, &progress);
        let called = hook.call(&mut context).await;
        called.and_then(|()| context.finish()).map_err(|error| {
            let message = format!("the hook `{name}` failed {when} migration `{}`", self.step.id());
            failure::code(ErrorKind::Hook, message, failure::HOOK, error).at(failure::file(failure::path(self.step)))
        })
    }

    async fn coded(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        path: &str,
        function: Function,
    ) -> Result<(), Error> {
        let progress = |done, total| self.progress(scope, done, total);
        let is_stopped = || scope.check_cancelled().is_err();
        let mut context = Context::new(connection, &self.info, &progress);
        // What MySQL has done to tables stays, and so does all that is done outside of a transaction.
        if self.is_transactional() && scope.dialect != Dialect::MySql {
            context = context.stopped_by(&is_stopped);
        }
        let done = function(&mut context).await;
        done.and_then(|()| context.finish()).map_err(|error| {
            if error.is::<AskedToStop>()
                && let Err(stopped) = scope.check_cancelled()
            {
                return stopped;
            }
            let message = failure::message(self.step);
            failure::code(ErrorKind::Migration, message, failure::remedy(self.step.direction), error)
                .at(failure::file(path))
        })
    }

    fn progress(&self, scope: &Scope<'_>, done: u64, total: Option<u64>) {
        scope.emit(&Event::Progress { id: self.step.id().to_owned(), done, total });
    }

    /// Statement by statement, and what only adds rows in bunches; all of it in a transaction of ours.
    async fn statements(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        pace: &mut Pace,
        script: &Script,
    ) -> Result<(), Error> {
        let mut bunches = Bunches::new(scope.dialect);
        let joins = |index| row_list(scope.dialect, script.statement(index)).is_some();
        let mut next = 0;
        while next < script.total() {
            scope.go_on(connection).await?;
            let bunch = bunches.next(script, next, |index| pace.takes_bunches() && joins(index));
            pace.before(connection, bunch.texts()).await?;
            let (began, tell) = (Instant::now(), |index| scope.tell(self.step, script, index));
            if let Err((index, Stopped { error, blockers })) = pace.send_bunch(scope, connection, &bunch, tell).await {
                let start = script.location(index);
                return Err(failure::statement(self.step, &script.path, start, error).blocked_by(blockers));
            }
            if joins(next) {
                bunches.sent(bunch.statements.len(), began.elapsed());
            }
            next = bunch.statements.end;
        }
        Ok(())
    }
}
