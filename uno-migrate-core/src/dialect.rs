//! Which database a piece of SQL is written for.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A database family: it decides how SQL is read, and which variant of a migration is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// PostgreSQL, 14 and later.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// All of them, in the order in which they are listed everywhere.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// The name used in file names, macro arguments and the history table: `postgres`, `mysql` or `sqlite`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// The dialect of that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Some of the databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialects([bool; Dialect::ALL.len()]);

impl Dialects {
    /// In the order of [`Dialect::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().zip(self.0).filter_map(|(dialect, is_in)| is_in.then_some(dialect))
    }
}

impl Extend<Dialect> for Dialects {
    fn extend<I: IntoIterator<Item = Dialect>>(&mut self, dialects: I) {
        dialects.into_iter().for_each(|dialect| self.0[dialect as usize] = true);
    }
}

impl FromIterator<Dialect> for Dialects {
    fn from_iter<I: IntoIterator<Item = Dialect>>(dialects: I) -> Self {
        let mut some = Self::default();
        some.extend(dialects);
        some
    }
}

impl Serialize for Dialects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
