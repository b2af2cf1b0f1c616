//! What the parser has read before.

#[cfg(feature = "check")]
use std::{cell::RefCell, collections::BTreeSet};

/// The statements of one set that the parser reads, as it is given them: most differ from one before in names and values
/// only, and where it is not optimised, looking one up takes a hundredth of the time of reading it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    #[cfg(feature = "check")]
    readable: RefCell<BTreeSet<String>>,
}

#[cfg(feature = "check")]
impl Memory {
    /// What is longer is data, and there only once.
    const LONGEST: usize = 4 * 1024;

    /// Whether the parser has read that.
    pub(super) fn has_read(&self, text: &str) -> bool {
        self.readable.borrow().contains(text)
    }

    /// The parser has read that.
    pub(super) fn keep(&self, text: String) {
        if text.len() <= Self::LONGEST {
            self.readable.borrow_mut().insert(text);
        }
    }
}
