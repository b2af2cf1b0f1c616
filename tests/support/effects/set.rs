//! Sets of migrations whose effects show when they happen twice or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use uno_migrate::Dialect;

/// What the tests find in every database before the first migration.
pub(crate) const GROUND: &str = "CREATE TABLE log (mark VARCHAR(60) NOT NULL);
CREATE TABLE counters (n BIGINT NOT NULL);
INSERT INTO counters VALUES (0)";

/// Files, and what all of them together do.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) dialect: Dialect,
    /// Name and text.
    pub(crate) files: BTreeMap<String, String>,
    /// With the migration that is written in Rust.
    pub(crate) coded: bool,
    /// No migration is a message: whoever sets up the connection may do so before each of them.
    pub(crate) step_by_step: bool,
    pub(crate) up: Effects,
    pub(crate) down: Effects,
}

/// What is there once when everything was done once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects {
    pub(crate) marks: Vec<String>,
    pub(crate) count: i64,
}

impl Set {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let (up, down) = <(Effects, Effects)>::default();
        Self { dialect, files: BTreeMap::new(), coded: false, step_by_step: false, up, down }
    }

    /// One file for each way that its statements can be run in, or as many as the database has.
    pub(crate) fn small(dialect: Dialect) -> Self {
        let mut set = Self::new(dialect);
        let base = ["CREATE TABLE items (id BIGINT PRIMARY KEY, note VARCHAR(40))", "mark 1a", "count 1"];
        set.file("0001_base", "", &base, &["mark -1a", "DROP TABLE items", "count 1"]);
        if dialect == Dialect::MySql {
            let up = [
                "count 10",
                "ALTER TABLE items ADD COLUMN extra INT",
                "mark 2a",
                "CREATE INDEX items_note ON items (note)",
                "CREATE TABLE second (id BIGINT PRIMARY KEY)",
                "count 10",
                "mark 2b",
            ];
            let down = ["DROP TABLE second", "mark -2a", "DROP INDEX items_note ON items", "count 10"];
            set.file("0002_mixed", "", &up, &[&down[..], &["ALTER TABLE items DROP COLUMN extra"]].concat());
            set.file("0003_rows", "", &["mark 3a", "mark 3b"], &["count 100", "mark -3a"]);
            return set;
        }
        let more = ["count 10", "ALTER TABLE items ADD COLUMN extra INT", "mark 2a"];
        set.file("0002_more", "", &more, &["mark -2a", "ALTER TABLE items DROP COLUMN extra"]);
        let concurrently = if dialect == Dialect::Postgres { " CONCURRENTLY" } else { "" };
        let index = format!("CREATE INDEX{concurrently} items_note ON items (note)");
        let unindex = format!("DROP INDEX{concurrently} items_note");
        let up = [
            "mark 3a",
            &index,
            "BEGIN",
            "mark 3b",
            "count 100",
            "COMMIT",
            "count 100",
            "CREATE TABLE apart (id BIGINT PRIMARY KEY)",
            "ALTER TABLE items ADD COLUMN apart INT",
        ];
        let down = ["mark -3a", &unindex, "ALTER TABLE items DROP COLUMN apart", "count 100", "DROP TABLE apart"];
        set.file("0003_apart", "Transaction: none", &up, &[&down[..], &["mark -3b"]].concat());
        set.with_coded();
        set.file(
            "0005_last",
            "",
            &["mark 5a", "CREATE INDEX items_extra ON items (extra)"],
            &["DROP INDEX items_extra"],
        );
        set
    }

    /// Adds the migration that is written in Rust.
    pub(crate) fn with_coded(&mut self) {
        self.coded = true;
        self.up.add("mark coded up");
        self.up.add("count 1000");
        self.down.add("count 1000");
        self.down.add("mark coded down");
    }

    /// Adds a file. `mark x` appends a row to the log, `count n` counts, and everything else is SQL.
    pub(crate) fn file(&mut self, id: &str, directive: &str, up: &[&str], down: &[&str]) {
        let mut text = String::new();
        if !directive.is_empty() {
            text = format!("-- {directive}\n");
        }
        for statement in up {
            self.up.add(statement);
            text += &format!("{};\n", sql(statement));
        }
        text += "\n-- DOWN\n\n";
        for statement in down {
            self.down.add(statement);
            text += &format!("{};\n", sql(statement));
        }
        self.files.insert(format!("{id}.sql"), text);
    }

    /// Writes the files.
    pub(crate) fn write(&self, directory: &Path) {
        for (name, text) in &self.files {
            fs::write(directory.join(name), text).unwrap();
        }
    }

    /// What the log and the counter hold after so many times up and down.
    pub(crate) fn expected(&self, ups: usize, downs: usize) -> Vec<String> {
        let sections = [vec![&self.up.marks; ups], vec![&self.down.marks; downs]].concat();
        let mut lines: Vec<_> = sections.into_iter().flatten().collect();
        lines.sort();
        let count = self.up.count * ups as i64 + self.down.count * downs as i64;
        let lines = lines.into_iter().map(|mark| format!("log {mark}"));
        lines.chain([format!("counter {count}")]).collect()
    }
}

impl Effects {
    fn add(&mut self, statement: &str) {
        match statement.split_once(' ') {
            Some(("mark", mark)) => self.marks.push(mark.to_owned()),
            Some(("count", by)) => self.count += by.parse::<i64>().unwrap(),
            _ => {}
        }
    }
}

fn sql(statement: &str) -> String {
    match statement.split_once(' ') {
        Some(("mark", mark)) => format!("INSERT INTO log (mark) VALUES ('{mark}')"),
        Some(("count", by)) => format!("UPDATE counters SET n = n + {by}"),
        _ => statement.to_owned(),
    }
}
