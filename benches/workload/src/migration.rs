use std::io;
use std::path::Path;
use std::{fmt::Write, fs};

/// A small table with an index: two statements of some 240 bytes, which PostgreSQL, MariaDB and SQLite read alike, and
/// which no rule says anything about. And rows for it, by a statement each.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub number: usize,
    pub rows: usize,
}

impl Migration {
    /// The first so many.
    pub fn first(count: usize) -> impl Iterator<Item = Self> {
        (1..=count).map(|number| Self { number, rows: 0 })
    }

    /// The same, and behind them one that adds so many rows, if there are to be any.
    pub fn first_and_rows(count: usize, rows: usize) -> impl Iterator<Item = Self> {
        Self::first(count).chain((rows > 0).then_some(Self { number: count + 1, rows }))
    }

    /// `00001_create_table`, in the order of the numbers.
    #[must_use]
    pub fn id(self) -> String {
        format!("{:05}_create_table", self.number)
    }

    /// The way up.
    #[must_use]
    pub fn up(self) -> String {
        let table = self.table();
        let rows = (1..=self.rows).map(|row| format!("INSERT INTO {table} (id, name) VALUES ({row}, 'row {row}');\n"));
        let definition = format!(
            "CREATE TABLE {table} (\n    id BIGINT PRIMARY KEY,\n    name VARCHAR(255) NOT NULL,\n    \
             amount NUMERIC(12, 2) NOT NULL DEFAULT 0,\n    \
             created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n\
             CREATE INDEX {table}_name ON {table} (name);\n"
        );
        rows.fold(definition, |up, row| up + &row)
    }

    /// The way down.
    #[must_use]
    pub fn down(self) -> String {
        format!("DROP TABLE {};\n", self.table())
    }

    /// Both, in the form of uno-migrate.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}\n-- DOWN\n\n{}", self.up(), self.down())
    }

    fn table(self) -> String {
        format!("t_{:05}", self.number)
    }

    /// Writes the files of these into a directory that has nothing else.
    ///
    /// # Errors
    /// The directory cannot be emptied or written.
    pub fn write_files(mut all: impl Iterator<Item = Self>, directory: &Path) -> io::Result<()> {
        let _ = fs::remove_dir_all(directory);
        fs::create_dir_all(directory)?;
        all.try_for_each(|each| fs::write(directory.join(format!("{}.sql", each.id())), each.file()))
    }

    /// Everything in one text.
    #[must_use]
    pub fn script(all: impl Iterator<Item = Self>, form: Form) -> String {
        let mut script = String::new();
        if form.history {
            script.push_str(
                "CREATE TABLE floor_history (id VARCHAR(255) PRIMARY KEY, checksum VARCHAR(80) NOT NULL,\n    \
                 down_sql TEXT, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);\n",
            );
        }
        let (begin, commit) = if form.transactions { ("BEGIN;\n", "COMMIT;\n") } else { ("", "") };
        for each in all {
            let _ = write!(script, "{begin}{}", each.up());
            if form.history {
                let _ = writeln!(
                    script,
                    "INSERT INTO floor_history (id, checksum, down_sql) VALUES ('{}', '1:{:064x}', '{}');",
                    each.id(),
                    each.number,
                    each.down().trim_end(),
                );
            }
            script.push_str(commit);
        }
        script
    }
}

/// What stands in a script beside the statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Each migration is a transaction.
    pub transactions: bool,
    /// Each migration writes a row, as tools do.
    pub history: bool,
}
