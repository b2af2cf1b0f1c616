//! A set, a database, and the processes that want the one in the other.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use tempfile::TempDir;
use uno_migrate::Dialect;

use crate::support::{AnyDatabase, GROUND, Instance, Order, Set, Verb, snapshot};

/// Short, so that a stopped holder loses it soon.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// An empty database, and a set of a hundred migrations for it.
pub(crate) struct Crowd {
    pub(crate) database: AnyDatabase,
    pub(crate) set: Set,
    home: TempDir,
}

impl Crowd {
    /// `apart`: some of the migrations run outside of a transaction.
    pub(crate) async fn new(dialect: Dialect, apart: bool) -> Self {
        let database = AnyDatabase::create(dialect).await;
        database.exec(GROUND).await;
        let (set, home) = (hundred(dialect, apart), tempfile::tempdir().unwrap());
        set.write(home.path());
        Self { database, set, home }
    }

    pub(crate) fn order(&self) -> Order {
        let lock_wait = Duration::from_secs(120);
        Order {
            directories: vec![self.home.path().to_owned()],
            coded: false,
            on_connect: false,
            verb: Verb::Run,
            lease: LEASE,
            lock_wait,
        }
    }

    /// Starts so many at once.
    pub(crate) fn boot(&self, processes: usize) -> Vec<Instance> {
        (0..processes).map(|_| Instance::start(self.database.url(), &self.order())).collect()
    }

    /// Everything is there once, and was done by one of those who ended so.
    pub(crate) async fn check(&self, ends: &[String]) {
        let mut doers = BTreeMap::<&str, usize>::new();
        for end in ends {
            for id in end.strip_prefix("done").into_iter().flat_map(str::split_whitespace) {
                *doers.entry(id).or_default() += 1;
            }
        }
        let doubled: Vec<_> = doers.iter().filter(|(_, times)| **times > 1).collect();
        assert!(doubled.is_empty(), "done by several: {doubled:?}");

        let found = snapshot(self.set.dialect, &self.database).await.unwrap();
        let (history, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|line| line.starts_with("history "));
        let effects: Vec<_> =
            others.into_iter().filter(|line| line.starts_with("log ") || line.starts_with("counter ")).collect();
        assert_eq!(effects, self.set.expected(1, 0));
        let ids: Vec<_> = self.set.files.keys().map(|name| name.trim_end_matches(".sql")).collect();
        assert_eq!(history, ids.iter().map(|id| format!("history {id} applied -")).collect::<Vec<_>>());
        assert_eq!(history.len(), 100);
    }
}

/// The last lines of all of them.
pub(crate) async fn ends(instances: Vec<Instance>) -> Vec<String> {
    join_all(instances.into_iter().map(Instance::end)).await
}

/// Every one of them succeeded.
#[track_caller]
pub(crate) fn all_done(ends: &[String]) {
    let failed: Vec<_> = ends.iter().filter(|end| !end.starts_with("done")).collect();
    assert!(failed.is_empty(), "{} of {} failed: {failed:#?}", failed.len(), ends.len());
}

/// Each appends a row and counts; every tenth makes a table, and an index outside of a transaction if that is wanted.
fn hundred(dialect: Dialect, apart: bool) -> Set {
    let mut set = Set::new(dialect);
    for number in 1..=100 {
        let id = format!("{number:04}_step");
        let (mark, unmark) = (format!("mark {number:04}"), format!("mark -{number:04}"));
        if number % 10 != 0 {
            set.file(&id, "", &[&mark, "count 1"], &[&unmark]);
            continue;
        }
        let table = format!("CREATE TABLE t{number} (id BIGINT PRIMARY KEY, note VARCHAR(40))");
        let (directive, concurrently) = match dialect {
            Dialect::Postgres if apart => ("Transaction: none", " CONCURRENTLY"),
            _ if apart => ("Transaction: none", ""),
            _ => ("", ""),
        };
        let index = format!("CREATE INDEX{concurrently} i{number} ON t{number} (note)");
        set.file(&id, directive, &[&mark, &table, &index, "count 1"], &[&format!("DROP TABLE t{number}")]);
    }
    set
}
