//! The databases, and how each of them writes names and texts in SQL.

use std::fmt;

pub(super) struct Postgres;

pub(super) struct MySql;

pub(super) struct Sqlite;

/// Names and texts in SQL, whatever is in them.
pub(crate) trait Quote: Sync {
    /// A name as it is written in SQL, whatever it contains.
    fn quote_ident(&self, name: &str) -> String;

    /// A text as it is written in SQL, whatever it contains and however the server is set up.
    fn literal(&self, text: &str) -> Result<String, NulError>;
}

impl Quote for Postgres {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('"', name)
    }

    /// `E'…'` where there is a backslash: what a plain string makes of it depends on `standard_conforming_strings`.
    fn literal(&self, text: &str) -> Result<String, NulError> {
        let text = without_nul(text)?;
        Ok(if text.contains('\\') {
            format!("E{}", enclosed('\'', &text.replace('\\', "\\\\")))
        } else {
            enclosed('\'', text)
        })
    }
}

impl Quote for MySql {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('`', name)
    }

    /// In hexadecimal where the text is not plain: what a backslash means depends on `NO_BACKSLASH_ESCAPES`, and what
    /// other bytes mean on the connection's character set.
    fn literal(&self, text: &str) -> Result<String, NulError> {
        let text = without_nul(text)?;
        if text.is_ascii() && !text.contains('\\') {
            return Ok(enclosed('\'', text));
        }
        let digits = text.bytes().flat_map(|byte| [byte >> 4, byte & 0xF]);
        let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
        Ok(format!("_utf8mb4 X'{}'", String::from_iter(digits.map(|digit| digit.to_ascii_uppercase()))))
    }
}

impl Quote for Sqlite {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('"', name)
    }

    fn literal(&self, text: &str) -> Result<String, NulError> {
        Ok(enclosed('\'', without_nul(text)?))
    }
}

/// A text with a NUL in it: no database takes one in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NulError;

impl fmt::Display for NulError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a NUL character cannot stand in SQL")
    }
}

impl std::error::Error for NulError {}

/// Refuses NUL, which would end the statement early.
fn without_nul(text: &str) -> Result<&str, NulError> {
    if text.contains('\0') { Err(NulError) } else { Ok(text) }
}

/// `quote`d, with every `quote` inside doubled.
fn enclosed(quote: char, text: &str) -> String {
    let mut enclosed = String::with_capacity(text.len() + 2);
    enclosed.push(quote);
    for (index, part) in text.split(quote).enumerate() {
        if index > 0 {
            enclosed.extend([quote, quote]);
        }
        enclosed.push_str(part);
    }
    enclosed.push(quote);
    enclosed
}

#[cfg(test)]
mod tests {
    use uno_migrate_core::Dialect;

    use super::*;
    use crate::dialect::sql;

    #[test]
    fn identifiers_are_quoted_whatever_they_contain() {
        let quoted = |dialect, name| sql(dialect).quote_ident(name);
        assert_eq!(quoted(Dialect::Postgres, r#"a"b"#), r#""a""b""#);
        assert_eq!(quoted(Dialect::MySql, "a`b"), "`a``b`");
        assert_eq!(quoted(Dialect::Sqlite, r#"a"b"#), r#""a""b""#);
    }

    #[test]
    fn literals_stay_readable_where_they_can() {
        let literal = |dialect, text| sql(dialect).literal(text).unwrap();
        for dialect in Dialect::ALL {
            assert_eq!(literal(dialect, "it's"), "'it''s'");
            assert_eq!(sql(dialect).literal("a\0b"), Err(NulError));
        }
        assert_eq!(literal(Dialect::Postgres, r"C:\'"), r"E'C:\\'''");
        assert_eq!(literal(Dialect::MySql, r"\"), "_utf8mb4 X'5C'");
        assert_eq!(literal(Dialect::MySql, "ü"), "_utf8mb4 X'C3BC'");
        assert_eq!(literal(Dialect::Sqlite, r"\"), r"'\'");
    }
}
