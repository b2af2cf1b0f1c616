//! What is certain to go wrong, whatever the database holds: one rule a file, each over the tokens of a section.

mod autocommit;
mod session_change;
mod transaction_control;

pub use session_change::changes_session;
pub(crate) use session_change::hinders_history;
pub(crate) use transaction_control::ends_as_one;
pub use transaction_control::units;

use crate::split::Finding;
use crate::{Dialect, Section};

/// All rules over one section.
pub(crate) fn section(dialect: Dialect, text: &str, section: &Section) -> Vec<Finding> {
    let mut findings = transaction_control::findings(dialect, text, section);
    if dialect == Dialect::MySql {
        findings.extend(autocommit::findings(text, section));
    }
    findings
}
