//! What identifies the content of a migration.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lex::lex_statement;
use crate::{Dialect, Span};

/// SHA-256 over the tokens of an up section, so that reformatting and comments do not change it.
///
/// Its text form is `1:` and 64 hexadecimal digits. The `1` names the algorithm: the input of SHA-256 is, for each statement
/// in order, for each of its tokens other than white space and comments, the token's length in bytes as a 32-bit big-endian
/// number and then the token as it is written; behind the last token of a statement stands a length of zero. Comments that
/// the database acts on (`/*! … */`, `/*M! … */` and `/*+ … */` on MySQL and MariaDB, `/*+ … */` on PostgreSQL) are tokens, white
/// space within them counts. Terminators, markers and directives are not part of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Checksum(pub(crate) [u8; 32]);

/// A text that is not `1:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidChecksum;

/// Hashed at once: small updates are slow where SHA-256 is not optimised.
const CHUNK: usize = 64 * 1024;

impl Checksum {
    const ALGORITHM: &str = "1:";

    /// The checksum of some statements of a text.
    pub fn of_statements(dialect: Dialect, text: &str, statements: &[Span]) -> Self {
        let mut hash = Sha256::new();
        let mut framed = Vec::with_capacity(2 * text.len().min(CHUNK));
        for statement in statements {
            let text = statement.of(text);
            for token in lex_statement(dialect, text) {
                if token.kind.is_content() {
                    framed.extend_from_slice(&(token.span.end - token.span.start).to_be_bytes());
                    framed.extend_from_slice(&text.as_bytes()[token.span.start as usize..token.span.end as usize]);
                }
                if framed.len() >= CHUNK {
                    hash.update(&framed);
                    framed.clear();
                }
            }
            framed.extend_from_slice(&0_u32.to_be_bytes());
        }
        hash.update(&framed);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALGORITHM)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

impl FromStr for Checksum {
    type Err = InvalidChecksum;

    fn from_str(text: &str) -> Result<Self, InvalidChecksum> {
        let digits = text.strip_prefix(Self::ALGORITHM).ok_or(InvalidChecksum)?.as_bytes();
        if digits.len() != 64 {
            return Err(InvalidChecksum);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(hash))
    }
}

fn nibble(digit: u8) -> Result<u8, InvalidChecksum> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(InvalidChecksum),
    }
}

impl fmt::Display for InvalidChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a checksum is `1:` and 64 hexadecimal digits in lower case")
    }
}

impl std::error::Error for InvalidChecksum {}
