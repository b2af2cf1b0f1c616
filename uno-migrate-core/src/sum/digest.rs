//! A hash that a person can compare.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The first 48 bits of a SHA-256, written as 12 hexadecimal digits.
///
/// That is enough for what it is for: it guards against accidents, of which one in 281 million million would go unseen. Who
/// means harm may write this file as well as the migrations beside it, and no length would keep them from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 6]);

impl Digest {
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
        let mut first = [0; 6];
        first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(first)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let is_ours = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 12 || !digits.iter().all(is_ours) {
            return None;
        }
        let mut first = [0; 6];
        for (at, byte) in first.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(first))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.iter().fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        write!(f, "{value:012x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        // printf abc | sha256sum
        let digest = Digest::of(&[b"a", b"", b"bc"]);
        assert_eq!(digest.to_string(), "ba7816bf8f01");
        assert_eq!(Digest::parse("ba7816bf8f01"), Some(digest));
        for wrong in ["", "ba7816bf8f0", "ba7816bf8f011", "BA7816BF8F01", "+a7816bf8f01", "ba7816bf8fé"] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }
}
