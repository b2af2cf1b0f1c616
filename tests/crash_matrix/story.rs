//! Up, down and up again, each of them interrupted, completed, and looked at.

use std::time::{Duration, Instant};

use tempfile::TempDir;
use uno_migrate::{Context, Directory, Error, MigrationSource, Migrator};

use crate::blow::Blow;
use crate::support::{AnyDatabase, GROUND, Order, Set, Verb, coded, difference, snapshot};

/// Short, since whoever comes after a killed process has to see this much silence.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// How long a run may wait for its turn.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// A revert has more to run than SQL alone, and what was reverted is applied otherwise than what never was.
const PHASES: [Verb; 3] = [Verb::Run, Verb::Revert, Verb::Run];

/// A set on disk, with what each phase leaves when nothing disturbs it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) set: Set,
    directory: TempDir,
    undisturbed: Vec<Vec<String>>,
    /// How long the first phase takes.
    pub(crate) took: Duration,
}

/// What became of a story.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// In so many phases the point was reached.
    pub(crate) points: usize,
    /// The longest that a next run took.
    pub(crate) recovery: Duration,
}

impl Prepared {
    /// Writes the files.
    pub(crate) fn written(set: Set) -> Self {
        let directory = tempfile::tempdir().unwrap();
        set.write(directory.path());
        Self { set, directory, undisturbed: Vec::new(), took: Duration::ZERO }
    }

    /// Writes the files, and tells the story once without a blow.
    pub(crate) async fn new(set: Set) -> Result<Self, String> {
        let mut prepared = Self::written(set);
        let database = prepared.database().await;
        for (index, verb) in PHASES.into_iter().enumerate() {
            let started = Instant::now();
            prepared.complete(&database, verb).await.map_err(|error| format!("undisturbed, {verb:?}: {error}"))?;
            if index == 0 {
                prepared.took = started.elapsed();
            }
            let found = snapshot(prepared.set.dialect, &database).await?;
            let effects: Vec<_> =
                found.iter().filter(|line| line.starts_with("log ") || line.starts_with("counter ")).cloned().collect();
            let expected = prepared.set.expected((index + 2) / 2, index.div_ceil(2));
            if let Some(difference) = difference(&expected, &effects) {
                return Err(format!("undisturbed, {verb:?}:\n    {difference}"));
            }
            prepared.undisturbed.push(found);
        }
        Ok(prepared)
    }

    pub(crate) async fn database(&self) -> AnyDatabase {
        let database = AnyDatabase::create(self.set.dialect).await;
        database.exec(GROUND).await;
        database
    }

    pub(crate) fn migrator(&self) -> Migrator {
        let mut sources: Vec<Box<dyn MigrationSource>> = vec![Box::new(Directory::new([self.directory.path()]))];
        if self.set.coded {
            sources.push(Box::new(coded::CODED));
        }
        let migrator = Migrator::new(sources).lease(LEASE).lock_wait(LOCK_WAIT);
        match self.set.step_by_step {
            true => migrator.on_connect(async |_: &mut Context<'_>| Ok::<_, Error>(())),
            false => migrator,
        }
    }

    pub(crate) fn order(&self, verb: Verb) -> Order {
        let directories = vec![self.directory.path().to_owned()];
        let Set { coded, step_by_step: on_connect, .. } = self.set;
        Order { directories, coded, on_connect, verb, lease: LEASE, lock_wait: LOCK_WAIT }
    }

    /// A run that nothing disturbs; how many migrations it had to do.
    async fn complete(&self, database: &AnyDatabase, verb: Verb) -> Result<usize, String> {
        let done = AnyDatabase::migrate(database.url(), self.migrator(), verb).await;
        done.map(|report| report.len()).map_err(|error| error.to_string())
    }

    /// The three phases in a fresh database, each with the blow.
    pub(crate) async fn tell(&self, blow: Blow) -> Result<Told, String> {
        let database = self.database().await;
        let mut told = Told::default();
        for (index, verb) in PHASES.into_iter().enumerate() {
            let struck = blow.strike(self, &database, verb).await;
            let struck = struck.map_err(|trace| format!("{blow} in phase {} ({verb:?})\n  {trace}", index + 1))?;
            let failure =
                |what: String| format!("{blow} in phase {} ({verb:?})\n  {}\n  {what}", index + 1, struck.trace);
            let started = Instant::now();
            self.complete(&database, verb).await.map_err(|error| failure(format!("then the next run: {error}")))?;
            told.recovery = told.recovery.max(started.elapsed());
            let found = snapshot(self.set.dialect, &database).await.map_err(&failure)?;
            if let Some(difference) = difference(&self.undisturbed[index], &found) {
                return Err(failure(format!("then\n    {difference}")));
            }
            match self.complete(&database, verb).await {
                Ok(0) => {}
                other => return Err(failure(format!("then a run with nothing to do: {other:?}"))),
            }
            told.points += usize::from(struck.reached);
        }
        Ok(told)
    }
}
