//! Why something did not get the lock that it needs: who held it, and how often it was tried.

use std::fmt;
use std::time::Duration;

use uno_migrate_core::{Dialect, shown};

use crate::dialect::sql;
use crate::value::Row;

/// How much of the query of another session is shown.
const EXCERPT: usize = 200;

/// How many sessions are listed.
const LISTED: usize = 3;

/// What is known of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocked {
    pub(crate) by: Vec<Blocker>,
    /// How often it was tried, if more than once, and over which time.
    pub(crate) tries: Option<(u32, Duration)>,
}

/// A session that holds what another one waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blocker {
    /// By which it can be ended; none where the database does not show it.
    id: Option<String>,
    user: Option<String>,
    app: Option<String>,
    state: Option<String>,
    pub(crate) since: Option<String>,
    /// What it runs, or ran last, as far as it may be shown.
    pub(crate) query: Option<String>,
    is_certain: bool,
}

impl Blocker {
    /// None if that is no such row.
    pub(crate) fn read(dialect: Dialect, row: &Row) -> Option<Self> {
        let query: Option<String> = row.get("query").ok()?;
        let query = query.map(|query| shown(dialect, &query, EXCERPT)).filter(|query| !query.is_empty());
        let certain: i64 = row.get("certain").ok()?;
        Some(Self {
            id: row.get("id").ok()?,
            user: row.get("user").ok()?,
            app: row.get("app").ok()?,
            state: row.get("state").ok()?,
            since: row.get("since").ok()?,
            query,
            is_certain: certain != 0,
        })
    }

    /// Whether it is a session that can be ended: what a prepared transaction holds has none.
    fn session(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| *id != "0")
    }
}

/// Without its query.
impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id.as_deref() {
            Some("0") => return f.write_str("a prepared transaction"),
            Some(id) => write!(f, "session {id}")?,
            None => return f.write_str("a session that this user may not see"),
        }
        let app = self.app.as_ref().map(|app| format!("app \"{app}\""));
        let user = self.user.as_ref().map(|user| format!("user \"{user}\""));
        let state = self.state.as_ref().map(|state| match &self.since {
            Some(since) => format!("{state} since {since}"),
            None => state.clone(),
        });
        let known: Vec<_> = [app, user, state].into_iter().flatten().collect();
        if known.is_empty() { Ok(()) } else { write!(f, " ({})", known.join(", ")) }
    }
}

impl Blocked {
    /// What an error says of it first, if anything.
    pub(crate) fn told(&self) -> Option<String> {
        let tries = self.tries.map(|(tries, over)| format!("tried {tries} times in {}", seconds(over)));
        let by = by(&self.by);
        match (tries, by) {
            (Some(tries), Some(by)) => Some(format!("{tries}; {by}")),
            (tries, by) => tries.or(by),
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(&self, dialect: Dialect) -> Option<String> {
        let blocker = self.by.iter().find(|blocker| blocker.session().is_some())?;
        let end = sql(dialect).how_to_end(blocker.session()?);
        let ending = if blocker.is_certain { "end that session" } else { "if it is that session, end it" };
        Some(format!("{ending}: `{end}`, or allow more time with `-- LockTimeout: 30s`; then run again"))
    }
}

/// Everybody who is in the way, in a line.
pub(crate) fn by(blockers: &[Blocker]) -> Option<String> {
    let verb = if blockers.first()?.is_certain { "blocked by" } else { "may be blocked by" };
    let listed = blockers.iter().take(LISTED).map(|blocker| match &blocker.query {
        Some(query) => format!("{blocker}: `{query}`"),
        None => blocker.to_string(),
    });
    let listed = listed.collect::<Vec<_>>().join(", ");
    let rest = blockers.len().saturating_sub(LISTED);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    Some(format!("{verb} {listed}{more}"))
}

/// To a tenth where that matters.
fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}
