//! `docs/proven.md`, made of what was recorded.

use std::fmt::{self, Write};

use uno_migrate::Dialect;

use super::record::{Record, Records};
use crate::mutate::{Class, Sort, classes};

const ABOVE: &str = include_str!("above.md");
const BELOW: &str = include_str!("below.md");

/// The page.
pub(super) fn page(of: impl Fn(Dialect) -> Records) -> String {
    let mut page = ABOVE.to_owned();
    for (dialect, title) in
        [(Dialect::Postgres, "PostgreSQL"), (Dialect::MySql, "MySQL and MariaDB"), (Dialect::Sqlite, "SQLite")]
    {
        let _ = write!(page, "\n## {title}\n");
        let records = of(dialect);
        let mut total = Counts::default();
        let (columns, line) = columns(dialect);
        for (sort, what) in SORTS {
            let _ = write!(page, "\n| {what} | {columns} |\n{line}\n");
            let mut of_sort = Counts::default();
            for class in classes().filter(|class| class.sort == sort && class.dialects.contains(&dialect)) {
                let Some(record) = records.get(class.name) else { continue };
                let counts = Counts::of(class, record);
                let _ = writeln!(page, "| {} | {} |", class.name, counts.cells(dialect));
                of_sort.add(&counts);
            }
            let _ = writeln!(page, "| **all of them** | {} |", of_sort.cells(dialect));
            total.add(&of_sort);
        }
        let _ = write!(page, "\n| all of them | {columns} |\n{line}\n| {title} | {} |\n", total.cells(dialect));
    }
    page + BELOW
}

/// The heads of the columns behind the first, and the line below.
fn columns(dialect: Dialect) -> (String, String) {
    let mut heads = vec!["mutants", "not in the grammar", "fails when it is run", "runs", "never seen"];
    let with = feature(dialect).map(|feature| format!("with `{feature}`: not in the grammar"));
    if let Some(with) = &with {
        heads.extend([with, "fails when it is run", "runs"]);
    }
    (heads.join(" | "), format!("|---|{}", "--:|".repeat(heads.len())))
}

/// What finds more, and takes its time.
fn feature(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Postgres => Some("lint"),
        Dialect::MySql => None,
        Dialect::Sqlite => Some("check-sqlite"),
    }
}

const SORTS: [(Sort, &str); 4] = [
    (Sort::Grammar, "the SQL is broken"),
    (Sort::Structure, "the file is broken"),
    (Sort::Set, "the set is broken"),
    (Sort::Sense, "the meaning is broken"),
];

/// How many there are, and how many of them are found.
#[derive(Default, Clone, Copy)]
struct Share {
    all: usize,
    found: usize,
    /// What is found with the features that take their time as well.
    patient: usize,
}

/// What there is to say of mutants.
#[derive(Default)]
struct Counts {
    mutants: usize,
    grammar: Share,
    refused: Share,
    accepted: Share,
    unseen: Share,
}

impl Counts {
    fn of(class: &Class, record: &Record) -> Self {
        let mut counts = Self::default();
        for (server, checks) in record.pairs() {
            counts.mutants += 1;
            let share = match server {
                'g' => &mut counts.grammar,
                'r' => &mut counts.refused,
                'a' => &mut counts.accepted,
                // Where the server was asked about others of the class, nothing is known of this one.
                _ if class.is_seen => continue,
                _ => &mut counts.unseen,
            };
            share.all += 1;
            share.found += usize::from(!matches!(checks, '.' | 'x'));
            share.patient += usize::from(checks != '.');
        }
        counts
    }

    fn add(&mut self, other: &Self) {
        let Self { mutants, grammar, refused, accepted, unseen } = other;
        self.mutants += mutants;
        let pairs = [&mut self.grammar, &mut self.refused, &mut self.accepted, &mut self.unseen];
        for (own, more) in pairs.into_iter().zip([grammar, refused, accepted, unseen]) {
            own.all += more.all;
            own.found += more.found;
            own.patient += more.patient;
        }
    }

    fn cells(&self, dialect: Dialect) -> String {
        let Self { mutants, grammar, refused, accepted, unseen } = self;
        let mut cells = format!("{mutants} | {grammar} | {refused} | {accepted} | {unseen}");
        if feature(dialect).is_some() {
            for share in [grammar, refused, accepted] {
                let _ = write!(cells, " | {}", Share { found: share.patient, ..*share });
            }
        }
        cells
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { all: 0, .. } => f.write_str("–"),
            Self { all, found, .. } if all == found => write!(f, "**{found}** of {all}"),
            Self { all, found, .. } => write!(f, "{found} of {all}"),
        }
    }
}
