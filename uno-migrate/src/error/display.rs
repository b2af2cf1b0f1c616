//! What a person reads of an error.

use std::fmt;

use uno_migrate_core::Location;

use super::{Error, Inner, Place};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, place, statement, done, help, .. } = &*self.0;
        f.write_str(message)?;
        if let Some(place) = place {
            write!(f, "\n  --> {place}")?;
        }
        if let Some(statement) = statement {
            write!(f, "\n  statement: {}", indented(statement))?;
        }
        for cause in self.causes() {
            write!(f, "\n  cause: {}", indented(&cause))?;
        }
        if let Some(done) = done {
            write!(f, "\n  done: {}", indented(done))?;
        }
        if let Some(help) = help {
            write!(f, "\n  help: {}", indented(help))?;
        }
        Ok(())
    }
}

/// Text of several lines under its label.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.location.map_or(Ok(()), |Location { line, column }| write!(f, ":{line}:{column}"))
    }
}

/// The same text as `Display`, so that `fn main() -> Result<(), Box<dyn Error>>` prints something to read.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
