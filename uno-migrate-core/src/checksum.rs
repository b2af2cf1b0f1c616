//! What identifies the content of a migration.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::split::significant;
use crate::{Dialect, Span};

/// SHA-256 over the tokens of an up section, so that reformatting and comments do not change it.
///
/// Its text form is `1:` and 64 hexadecimal digits in lower case. The `1` names the algorithm: what is hashed is, for each
/// statement in order, each of its tokens as it is written with the byte `FF` behind it, and then the byte `FE`; UTF-8 holds
/// neither byte. White space and comments are no tokens, but comments that the database acts on are, all that is in them
/// included: `/*! … */`, `/*M! … */` and `/*+ … */` on MySQL and MariaDB, `/*+ … */` on PostgreSQL. Terminators, markers and
/// directives are no part of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum(pub(crate) [u8; 32]);

/// A text that is not `1:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidChecksum;

const TOKEN_END: u8 = 0xFF;
const STATEMENT_END: u8 = 0xFE;

/// What is hashed at once: small updates are slow where SHA-256 is not optimised.
const CHUNK: usize = 64 * 1024;

/// A checksum in the making, told of the tokens of statements one after the other.
pub(crate) struct Hasher {
    hash: Sha256,
    /// What is hashed next, up to `filled`.
    input: Vec<u8>,
    filled: usize,
    /// What the statement in hand begins with, which is none if nothing follows.
    hints: Vec<u8>,
}

impl Hasher {
    /// For statements of a text of that length.
    pub(crate) fn new(length: usize) -> Self {
        Self { hash: Sha256::new(), input: vec![0; (2 * length + 1).min(CHUNK)], filled: 0, hints: Vec::new() }
    }

    /// The next token of the statement.
    pub(crate) fn token(&mut self, token: &[u8]) {
        if !self.hints.is_empty() {
            let hints = std::mem::take(&mut self.hints);
            self.append(&hints, TOKEN_END);
        }
        self.append(token, TOKEN_END);
    }

    /// The same, where nothing but hints is there so far.
    pub(crate) fn hint(&mut self, hint: &[u8]) {
        if !self.hints.is_empty() {
            self.hints.push(TOKEN_END);
        }
        self.hints.extend_from_slice(hint);
    }

    /// The end of the statement, if it is one.
    pub(crate) fn end_statement(&mut self, is_statement: bool) {
        self.hints.clear();
        if is_statement {
            self.append(b"", STATEMENT_END);
        }
    }

    fn append(&mut self, bytes: &[u8], mark: u8) {
        let end = self.filled + bytes.len();
        if end < self.input.len() {
            self.input[self.filled..end].copy_from_slice(bytes);
            self.input[end] = mark;
            self.filled = end + 1;
        } else {
            self.flush();
            self.hash.update(bytes);
            self.hash.update([mark]);
        }
    }

    fn flush(&mut self) {
        self.hash.update(&self.input[..self.filled]);
        self.filled = 0;
    }

    pub(crate) fn finish(mut self) -> Checksum {
        self.flush();
        Checksum(self.hash.finalize().into())
    }
}

impl Checksum {
    const ALGORITHM: &str = "1:";

    /// How long its text form is.
    pub const LENGTH: usize = Self::ALGORITHM.len() + 64;

    /// Lends its text form, written into that place: of ten thousand, each by itself is too much to allocate.
    pub fn write<T>(&self, place: &mut [u8; Self::LENGTH], lend: impl FnOnce(&str) -> T) -> T {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let (algorithm, digits) = place.split_at_mut(Self::ALGORITHM.len());
        algorithm.copy_from_slice(Self::ALGORITHM.as_bytes());
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        // They are ASCII.
        lend(str::from_utf8(place).unwrap_or_default())
    }

    /// The checksum of some statements of a text.
    pub fn of_statements(dialect: Dialect, text: &str, statements: &[Span]) -> Self {
        let mut hasher = Hasher::new(text.len());
        for statement in statements {
            significant(dialect, text, *statement).for_each(|(_, token)| hasher.token(token.as_bytes()));
            hasher.end_statement(true);
        }
        hasher.finish()
    }

    /// The checksum of one statement of a text, by which an interrupted migration knows again what it has done.
    pub fn of_statement(dialect: Dialect, text: &str, statement: Span) -> Self {
        Self::of_statements(dialect, text, &[statement])
    }

    /// Stands for one until it is read.
    pub(crate) const fn unread() -> Self {
        Self([0; 32])
    }

    /// The checksum of no statement, where a chain of them begins.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The chain with one more statement: as long as one checksum, however many there are, and different wherever one of
    /// them is.
    pub fn then(self, statement: Self) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(statement.0).finalize().into())
    }
}

/// All bytes at once: one after the other takes its time where it is not optimised.
impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        bytes.try_into().map(Self).map_err(D::Error::custom)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut [0; Self::LENGTH], |text| f.write_str(text))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    fn checksum(dialect: Dialect, text: &str) -> String {
        let split = split(dialect, text);
        let checksum = Checksum::of_statements(dialect, text, &split.up);
        assert_eq!(split.checksum, Some(checksum), "{text}");
        checksum.to_string()
    }

    /// What is written in databases all over must not change.
    #[test]
    fn algorithm_1_is_fixed() {
        // printf 'CREATE\xffTABLE\xfft\xff(\xffa\xffINT\xff)\xff\xfeSELECT\xff1\xff\xfe' | sha256sum
        let text = "-- Tags: a\nCREATE TABLE t (a INT); -- b\nSELECT 1;\n-- DOWN\nDROP TABLE t;\n";
        for dialect in Dialect::ALL {
            assert_eq!(checksum(dialect, text), "1:d82ddfb6c63319380a7da9ef1049e4d6c1366f52e4e7e5882be8638e8c8a0346");
        }
        let nothing = "1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(checksum(Dialect::Postgres, "-- nothing"), nothing);
    }

    #[test]
    fn tokens_and_statements_keep_their_borders() {
        let different =
            ["SELECT a b", "SELECT ab", "SELECT; a b", "SELECT a; b", "SELECT 'a b'", "SELECT 'a  b'", "select a b"];
        for (index, one) in different.iter().enumerate() {
            for other in &different[..index] {
                assert_ne!(checksum(Dialect::Sqlite, one), checksum(Dialect::Sqlite, other), "{one} and {other}");
            }
        }
    }

    #[test]
    fn a_statement_is_known_again_wherever_it_stands() {
        let sums = |text: &str| {
            let up = split(Dialect::Postgres, text).up;
            up.iter().map(|&span| Checksum::of_statement(Dialect::Postgres, text, span)).collect::<Vec<_>>()
        };
        let (before, after) = (sums("SELECT 1; SELECT 2"), sums("-- a\nSELECT 1;\nSELECT\n 2; SELECT 3"));
        assert_eq!(before, after[..2]);
        assert_ne!(before[0], before[1]);
    }

    #[test]
    fn a_chain_tells_which_statements_and_in_which_order() {
        let sums = |text: &str| {
            let up = split(Dialect::Sqlite, text).up;
            let sums = up.iter().map(|&span| Checksum::of_statement(Dialect::Sqlite, text, span));
            sums.fold(Checksum::of_nothing(), Checksum::then)
        };
        let different = ["", "SELECT 1", "SELECT 2", "SELECT 1; SELECT 2", "SELECT 2; SELECT 1", "SELECT 1; SELECT 1"];
        for (index, one) in different.iter().enumerate() {
            assert!(different[..index].iter().all(|other| sums(one) != sums(other)), "{one}");
        }
        assert_eq!(sums("SELECT 1; SELECT 2"), sums("-- a\nSELECT\n1;; SELECT 2;"));
        assert_eq!(sums(""), Checksum::of_statements(Dialect::Sqlite, "", &[]));
    }

    #[test]
    fn terminators_and_their_client_do_not_count() {
        let plain = checksum(Dialect::MySql, "CREATE PROCEDURE p() BEGIN SELECT 1; END; SELECT 2");
        let client = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\nDELIMITER ;\n;; SELECT 2;";
        assert_eq!(checksum(Dialect::MySql, client), plain);
    }

    #[test]
    fn comments_count_where_the_database_acts_on_them() {
        let counts =
            |dialect, comment: &str| checksum(dialect, &format!("SELECT {comment} 1")) != checksum(dialect, "SELECT 1");
        assert!(
            counts(Dialect::MySql, "/*! a */")
                && counts(Dialect::MySql, "/*M! a */")
                && counts(Dialect::MySql, "/*+ a */")
        );
        assert!(counts(Dialect::Postgres, "/*+ a */") && !counts(Dialect::Postgres, "/*! a */"));
        assert!(
            !counts(Dialect::Sqlite, "/*! a */")
                && !counts(Dialect::Sqlite, "/* a */")
                && !counts(Dialect::MySql, "/* a */")
        );
    }

    #[test]
    fn hints_count_with_what_follows_them() {
        let plain = checksum(Dialect::Postgres, "SELECT 1; SELECT 2");
        assert_eq!(checksum(Dialect::Postgres, "/*+ a */; SELECT 1; /*+ b */ /*+ c */; SELECT 2; /*+ d */"), plain);
        assert_ne!(checksum(Dialect::Postgres, "SELECT 1; /*+ b */ /*+ c */ SELECT 2"), plain);
    }

    #[test]
    fn a_long_text_is_hashed_piece_by_piece() {
        for length in [CHUNK - 20, CHUNK - 2, CHUNK, 3 * CHUNK] {
            let long = "a".repeat(length);
            let hashed = [b"1\xff", long.as_bytes(), b"\xff,\xff", long.as_bytes(), b"\xff\xfe"].concat();
            let text = format!("1 {long}, {long}");
            assert_eq!(checksum(Dialect::Sqlite, &text), Checksum(Sha256::digest(hashed).into()).to_string());
        }
    }

    #[test]
    fn a_checksum_is_read_as_it_is_written() {
        let written = checksum(Dialect::Sqlite, "SELECT 1");
        assert_eq!(written.parse::<Checksum>().unwrap().to_string(), written);
        for wrong in ["", "1:", "2:00", &written[2..], &written.to_uppercase(), &format!("{written}0"), "1:é"] {
            assert_eq!(wrong.parse::<Checksum>(), Err(InvalidChecksum), "{wrong}");
        }
    }
}
