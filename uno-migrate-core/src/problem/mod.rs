//! One mistake, said so that its author can mend it.

use std::{fmt, mem};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use crate::check::{Level as RuleLevel, Rule};
use crate::excerpt::{excerpt, excerpt_of_sql};
use crate::{Dialects, Location, Span};

mod document;

/// Where a problem was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as it is shown, with `/` between its parts.
    pub path: String,
    /// The place in it; none where the file as a whole is meant.
    pub location: Option<Location>,
    /// What more there is to say of the place: kept so that a problem outlives the file's text.
    within: Option<Box<Within>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Within {
    end: Location,
    /// The lines under the span, and the span within them.
    excerpt: Option<(String, Span)>,
}

/// One mistake in a set of migrations.
///
/// It is shown with an excerpt of the file and carets under the exact place; `error:` in front is left to who shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it can be lived with.
    pub severity: Severity,
    /// What is wrong: lowercase, names in backticks, no full stop.
    pub message: String,
    /// Where.
    pub origin: Option<Origin>,
    /// Other places that belong to it, each with what it is ("first given here").
    pub related: Vec<(String, Origin)>,
    /// What to do.
    pub help: Option<String>,
    /// The rule that found it, if one did.
    pub rule: Option<&'static Rule>,
    /// The databases that it is about; empty where it is about the files, whatever reads them.
    pub dialects: Dialects,
}

/// Whether a problem can be lived with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It can.
    Warning,
    /// It has to be mended first.
    Error,
}

/// All mistakes of a set, in the order of their files and lines; never empty when it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(Vec<Problem>);

impl Origin {
    /// A file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), location: None, within: None }
    }

    /// A span in a file.
    pub fn at(path: impl Into<String>, text: &str, span: Span) -> Self {
        Self::placed(path.into(), text, span, excerpt(text, span))
    }

    /// A span in a file of SQL, shown without the strings of statements that may hold a password.
    pub(crate) fn in_sql(path: impl Into<String>, text: &str, span: Span) -> Self {
        Self::placed(path.into(), text, span, excerpt_of_sql(text, span))
    }

    fn placed(path: String, text: &str, span: Span, excerpt: Option<(String, Span)>) -> Self {
        let [start, end] = [span.start, span.end].map(|offset| Location::of(text, offset as usize));
        Self { path, location: Some(start), within: Some(Box::new(Within { end, excerpt })) }
    }

    /// Where it ends: the place behind its last letter.
    pub fn end(&self) -> Option<Location> {
        self.within.as_ref().map(|within| within.end)
    }
}

impl Problem {
    /// A problem that concerns no file, or not yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            origin: None,
            related: Vec::new(),
            help: None,
            rule: None,
            dialects: Dialects::default(),
        }
    }

    /// A problem in that place.
    pub fn at(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin: Some(origin), ..Self::new(message) }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn with_related(mut self, what: impl Into<String>, origin: Origin) -> Self {
        self.related.push((what.into(), origin));
        self
    }

    /// Whether another one says the same, be it about other databases: those are added then.
    fn absorbs(&mut self, other: &mut Self) -> bool {
        let (own, others) = (mem::take(&mut self.dialects), mem::take(&mut other.dialects));
        let is_same = self == other;
        self.dialects = own;
        if is_same {
            self.dialects.extend(others.iter());
        } else {
            other.dialects = others;
        }
        is_same
    }

    /// By file, by place in it; what has no file comes last.
    fn sort_key(&self) -> (bool, &str, Option<Location>) {
        match &self.origin {
            Some(origin) => (false, &origin.path, origin.location),
            None => (true, "", None),
        }
    }
}

impl Problems {
    /// The problems in the order in which they are shown.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one of them has to be mended.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Problem::is_error)
    }

    /// Orders them by file and line, and drops repetitions.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self.0.dedup_by(|next, known| known.absorbs(next));
        self
    }

    /// The value, or the problems, sorted, if one of them has to be mended.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() { Err(self.sorted()) } else { Ok(value) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = Vec::with_capacity(1 + self.related.len());
        let mut first = Group::with_title(Level::ERROR.no_name().primary_title(self.message.as_str()));
        if let Some(origin) = &self.origin {
            first = show(first, origin, AnnotationKind::Primary);
        }
        groups.push(first);
        for (what, origin) in &self.related {
            let group = Group::with_title(Level::NOTE.secondary_title(what.as_str()));
            groups.push(show(group, origin, AnnotationKind::Context));
        }
        let help = self.help.iter().map(|help| (Level::HELP, help.clone()));
        for (level, text) in help.chain(self.rule.into_iter().flat_map(notes)) {
            // Below an excerpt of its own a remark stands where it belongs; behind several it stands apart.
            match groups.pop() {
                Some(only) if groups.is_empty() => groups.push(only.element(level.message(text))),
                last => {
                    groups.extend(last);
                    groups.push(Group::with_title(level.secondary_title(text)));
                }
            }
        }
        let shown = Renderer::plain().decor_style(DecorStyle::Ascii).render(&groups);
        // The renderer marks an excerpt without a path of its own as continued; ours follows its place directly.
        let mut lines = shown.lines().filter(|line| line.trim() != ":::");
        f.write_str(lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| write!(f, "\n{}", line.trim_end()))
    }
}

/// Why a rule is there, and the way around it, if there is one.
fn notes(rule: &'static Rule) -> Vec<(Level<'static>, String)> {
    if rule.level == RuleLevel::Forbid {
        return Vec::new();
    }
    let way_out = match rule.can_be_excused() {
        true => format!("rule `{0}`; `-- Allow: {0} <why>` at the top excuses the file", rule.id),
        false => format!("rule `{}`", rule.id),
    };
    vec![(Level::NOTE, rule.why.to_owned()), (Level::NOTE, way_out)]
}

fn show<'a>(group: Group<'a>, origin: &'a Origin, kind: AnnotationKind) -> Group<'a> {
    let mut place = annotate_snippets::Origin::path(origin.path.as_str());
    if let Some(location) = origin.location {
        place = place.line(location.line as usize).char_column(location.column as usize);
    }
    // The place is said beside the excerpt, not derived from it: an excerpt of a long line has lost its column.
    let group = group.element(place);
    match (&origin.location, origin.within.as_ref().and_then(|within| within.excerpt.as_ref())) {
        (Some(location), Some((line, span))) => {
            let excerpt = Snippet::source(line.as_str()).line_start(location.line as usize);
            group.element(excerpt.annotation(kind.span(span.range())))
        }
        _ => group,
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("\n\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        self.0.extend(problems);
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_sorted_and_said_once() {
        let at = |path: &str, offset| Problem::at(Origin::at(path, "a\nb\nc\n", Span::new(offset..offset + 1)), "it");
        let file = Problem::at(Origin::file("b"), "it");
        let sorted =
            Problems::from_iter([Problem::new("it"), at("b", 2), at("b", 0), at("a", 4), at("b", 2), file]).sorted();
        let places: Vec<_> = sorted
            .iter()
            .map(|problem| match &problem.origin {
                Some(Origin { path, location: Some(location), .. }) => format!("{path}:{location}"),
                Some(origin) => origin.path.clone(),
                None => String::new(),
            })
            .collect();
        assert_eq!(places, ["a:3:1", "b", "b:1:1", "b:2:1", ""]);
    }
}
