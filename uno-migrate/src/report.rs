//! What a run did.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// What ran, in which order, and how long it took.
///
/// Its `Display` is one aligned line per migration and a last line that sums up.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// What was done, in that order.
    pub migrations: Vec<Outcome>,
    /// What the policies let pass.
    pub warnings: Vec<String>,
    /// How many migrations of the set were applied before.
    pub already_applied: usize,
    /// From the call to its end, waiting included.
    #[serde(rename = "elapsed_ms", serialize_with = "milliseconds")]
    pub elapsed: Duration,
}

/// What was done to one migration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The namespace that its history is kept under.
    pub namespace: String,
    /// Its id.
    pub id: String,
    /// Its human name.
    pub name: String,
    /// What was done.
    pub action: Action,
    /// How long it took.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub duration: Duration,
}

/// What was done to a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Action {
    /// Its way up ran.
    Applied,
    /// Its way down ran.
    Reverted,
    /// It was recorded without being run.
    Recorded,
    /// Its record was taken back without its way down being run.
    Forgotten,
    /// Its record was mended.
    Repaired,
}

impl Report {
    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }

    /// How many migrations were touched.
    pub fn len(&self) -> usize {
        self.migrations.len()
    }

    /// The ids of what was done, in that order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.migrations.iter().map(|outcome| outcome.id.as_str())
    }
}

impl Action {
    /// The word that reports and the history table's readers see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Reverted => "reverted",
            Self::Recorded => "recorded",
            Self::Forgotten => "forgotten",
            Self::Repaired => "repaired",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions = self.migrations.iter().map(|outcome| outcome.action.name().len()).max().unwrap_or(0);
        let ids = self.migrations.iter().map(|outcome| outcome.id.len()).max().unwrap_or(0);
        for outcome in &self.migrations {
            let Outcome { id, action, duration, .. } = outcome;
            writeln!(f, "{action:actions$}  {id:ids$}  {:>10}", human(*duration))?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        match self.len() {
            0 if self.already_applied == 0 => f.write_str("nothing to do"),
            0 => write!(f, "nothing to do: {} applied", count(self.already_applied)),
            done => write!(f, "{} in {}", count(done), human(self.elapsed)),
        }
    }
}

fn count(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}

/// Milliseconds below a minute's worth of detail, then seconds.
pub(crate) fn human(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds < 10.0 => format!("{:.1} ms", seconds * 1000.0),
        seconds => format!("{seconds:.1} s"),
    }
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(id: &str, action: Action, ms: u64) -> Outcome {
        let (namespace, id, name) = ("default".to_owned(), id.to_owned(), String::new());
        Outcome { namespace, id, name, action, duration: Duration::from_millis(ms) }
    }

    #[test]
    fn prints_one_aligned_line_per_migration() {
        let report = Report {
            migrations: vec![outcome("1_a", Action::Applied, 3), outcome("22_longer", Action::Recorded, 12_500)],
            elapsed: Duration::from_millis(12_600),
            ..Report::default()
        };
        assert_eq!(
            report.to_string(),
            "applied   1_a            3.0 ms\nrecorded  22_longer      12.5 s\n2 migrations in 12.6 s"
        );
    }

    #[test]
    fn says_when_there_was_nothing_to_do() {
        assert_eq!(Report::default().to_string(), "nothing to do");
        let report = Report { already_applied: 1, ..Report::default() };
        assert_eq!(report.to_string(), "nothing to do: 1 migration applied");
    }
}
