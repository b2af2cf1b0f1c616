//! What a judge found.

use super::rule::{Level, Rule};
use crate::problem::Severity;
use crate::{Problem, SourceFile, Span};

/// One finding of one rule.
#[derive(Debug)]
pub(crate) struct Alarm {
    pub(crate) rule: &'static Rule,
    pub(crate) span: Span,
    /// What is wrong here, with names; lowercase, no full stop.
    pub(crate) message: String,
    /// What to do here; else what the rule says.
    pub(crate) help: Option<String>,
}

impl Alarm {
    pub(crate) fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self { rule, span, message: message.into(), help: None }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// As its reader sees it, none where it does not matter.
    pub(crate) fn into_problem(self, file: &SourceFile, level: Level) -> Option<Problem> {
        let Self { rule, span, message, help } = self;
        let severity = match level {
            Level::Allow => return None,
            Level::Warn => Severity::Warning,
            Level::Deny | Level::Forbid => Severity::Error,
        };
        let problem = Problem::at(file.at(span), message).with_help(help.unwrap_or_else(|| rule.instead.to_owned()));
        Some(Problem { severity, rule: Some(rule), ..problem })
    }
}
