//! What several commands show.

use serde::Serialize;

use crate::cli::call::Call;
use crate::cli::output::{Answer, BAD, DIM, GOOD, NAME, Page, Row, SOON, human, painted, table};
use crate::cli::spoken::spoken;
use crate::{Action, Error, Outcome, Plan, Report, State, Step};

/// What a command did.
#[derive(Serialize)]
pub(super) struct Done<'a> {
    dry_run: bool,
    #[serde(flatten)]
    report: &'a Report,
}

/// What a command would do.
#[derive(Serialize)]
pub(super) struct WouldDo<'a> {
    dry_run: bool,
    #[serde(flatten)]
    plan: &'a Plan,
}

impl<'a> Done<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { dry_run: false, report }
    }
}

impl<'a> WouldDo<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { dry_run: true, plan }
    }
}

impl Answer for Done<'_> {
    fn text(&self, page: &mut Page) {
        outcomes(self.report, page);
        page.line(summary(self.report));
    }
}

/// A line for each migration that something was done to.
pub(in crate::cli) fn outcomes(report: &Report, page: &mut Page) {
    let action = |outcome: &Outcome| outcome.action.name().len();
    let actions = report.migrations.iter().map(action).max().unwrap_or_default();
    let ids = report.migrations.iter().map(|outcome| outcome.id.len()).max().unwrap_or_default();
    for Outcome { id, action, duration, .. } in &report.migrations {
        let style = match action {
            Action::Applied | Action::Recorded => GOOD,
            _ => SOON,
        };
        let word = painted(style, format!("{action:actions$}"));
        page.line(format!("{word}  {id:ids$}  {}", painted(DIM, format!("{:>8}", human(*duration)))));
    }
}

fn summary(report: &Report) -> String {
    match (report.len(), report.already_applied) {
        (0, 0) => "nothing to do".to_owned(),
        (0, applied) => format!("nothing to do: {} applied", count(applied, "migration")),
        (done, _) => format!("{} in {}", count(done, "migration"), human(report.elapsed)),
    }
}

/// A number and what there is so many of.
pub(in crate::cli) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

impl Answer for WouldDo<'_> {
    fn text(&self, page: &mut Page) {
        steps(self.plan, page);
        page.line(match self.plan.steps.len() {
            0 => "nothing to do".to_owned(),
            steps => format!("{} to do; nothing was changed", count(steps, "migration")),
        });
    }
}

/// What an error says that is itself the answer.
#[derive(Serialize)]
pub(super) struct Explained {
    message: String,
    causes: Vec<String>,
    done: Option<String>,
    help: Option<String>,
}

impl Explained {
    pub(super) fn of(error: &Error, call: &Call) -> Self {
        let spoken = |text: &str| spoken(text, &call.program);
        Self {
            message: spoken(error.message()),
            causes: error.causes(),
            done: error.already_done().map(spoken),
            help: error.remedy().map(spoken),
        }
    }

    pub(super) fn text(&self, page: &mut Page) {
        page.line(&self.message);
        let causes = self.causes.iter().map(|cause| ("cause:", cause));
        let done = self.done.iter().map(|done| ("done:", done));
        let help = self.help.iter().map(|help| ("help:", help));
        for (label, said) in causes.chain(done).chain(help) {
            page.line(format!("  {} {}", painted(NAME, label), said.replace('\n', "\n    ")));
        }
    }
}

/// A line for each step.
pub(super) fn steps(plan: &Plan, page: &mut Page) {
    if plan.is_empty() {
        return;
    }
    let row = |step: &Step| {
        let path = step.path().unwrap_or_default();
        Row::Cells(vec![painted(SOON, step.action()), step.id().to_owned(), painted(DIM, path)])
    };
    page.line(table(&["action", "migration", "file"], plan.steps.iter().map(row).collect()));
}

/// The word for where a migration stands.
pub(super) fn state(state: State) -> String {
    let style = match state {
        State::Applied => GOOD,
        State::Pending | State::OutOfOrder | State::Reverted => SOON,
        State::Modified | State::Failed => BAD,
        _ => NAME,
    };
    painted(style, state)
}
