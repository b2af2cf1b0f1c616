//! A run while it goes on: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Output;
use super::secret::masked;
use super::time::human;
use crate::{Direction, Event};

/// How often the same thing is said again where there is no bar.
const EVERY: Duration = Duration::from_secs(5);

/// Shows the events of runs that follow one another.
#[derive(Clone)]
pub(in crate::cli) struct Progress {
    output: Output,
    /// None where nobody watches.
    bar: Option<ProgressBar>,
    at: Arc<Mutex<At>>,
}

/// Where the run is.
#[derive(Default)]
struct At {
    /// The migration in hand, as it is shown.
    step: String,
    /// When a line about how far it is was last written.
    said: Option<Instant>,
    /// When the statement in hand was begun, or the migration of whose statements nothing is heard.
    begun: Option<Instant>,
}

impl Progress {
    pub(super) fn new(output: Output) -> Self {
        let watched = !output.is_quiet() && io::stderr().is_terminal();
        let bar = watched.then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            bar.set_style(style("{spinner} {msg} {elapsed}"));
            bar.set_message("reading the history");
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { output, bar, at: Arc::default() }
    }

    /// For [`Migrator::on_event`](crate::Migrator::on_event).
    pub(in crate::cli) fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let progress = self.clone();
        move |event| progress.show(event)
    }

    /// A word above the bar.
    pub(in crate::cli) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.note(text)),
            None => self.output.note(text),
        }
    }

    /// What is known of the statement in hand beside what the engine tells, such as how far an index is.
    pub(in crate::cli) fn detail(&self, detail: &str) {
        let step = self.at().step.clone();
        self.moved(&format!("{step}: {detail}"));
    }

    /// Whether what is in hand has been so for that long.
    pub(in crate::cli) fn takes_its_time(&self, long: Duration) -> bool {
        self.at().begun.is_some_and(|begun| begun.elapsed() >= long)
    }

    /// Takes the bar away.
    pub(in crate::cli) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn show(&self, event: &Event) {
        match event {
            Event::Waiting { holder, since, detail, waited, .. } => {
                let since = since.as_ref().map(|since| format!(" (since {since})")).unwrap_or_default();
                let detail = detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
                self.now(&masked(&format!("waiting for {holder}{since}{detail}, {} so far", human(*waited))));
            }
            Event::Started { id, direction, position, total, .. } => {
                let verb = if *direction == Direction::Up { "applying" } else { "reverting" };
                let step = format!("{verb} {position} of {total}: {id}");
                let now = Instant::now();
                *self.at() = At { step: step.clone(), said: Some(now), begun: Some(now) };
                if let Some(bar) = &self.bar {
                    bar.set_style(style("{spinner} {bar:24} {msg} {elapsed}"));
                    bar.set_length(*total as u64);
                    bar.set_position(position.saturating_sub(1) as u64);
                }
                self.now(&step);
            }
            Event::Statement { path, line, position, total, .. } => {
                self.at().begun = Some(Instant::now());
                let step = self.at().step.clone();
                let statement = format!("statement {position} of {total} ({path}:{line})");
                match &self.bar {
                    Some(bar) => bar.set_message(format!("{step}, {statement}")),
                    None if self.output.is_verbose() => self.output.note(&format!("  {statement}")),
                    None => {}
                }
            }
            Event::Progress { done, total, .. } => {
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                self.detail(&format!("{done}{of} done"));
            }
            Event::Applied { .. } | Event::Reverted { .. } => {
                self.at().begun = None;
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
            }
            // These are in the answer, or in the error.
            _ => {}
        }
    }

    /// What is new.
    fn now(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => self.output.note(text),
        }
    }

    /// What was said already, and is a little further.
    fn moved(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None => {
                let said = self.at().said;
                if said.is_none_or(|said| said.elapsed() >= EVERY) {
                    self.at().said = Some(Instant::now());
                    self.output.note(text);
                }
            }
        }
    }

    fn at(&self) -> std::sync::MutexGuard<'_, At> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The templates are constants: one that cannot be read is a plain bar.
fn style(template: &str) -> ProgressStyle {
    let plain = ProgressStyle::default_bar();
    plain.clone().template(template).unwrap_or(plain).progress_chars("=> ")
}
