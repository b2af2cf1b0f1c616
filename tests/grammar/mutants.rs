//! Statements with a small change or two in them: many are broken, and some mean something new.

use std::collections::BTreeSet;

/// As many mutants of a corpus as `COUNT` asks for, from the seed `SEED`: a longer run looks further.
pub(crate) fn requested(corpus: &[&str]) -> Vec<String> {
    let number = |name, otherwise| std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise);
    mutants(corpus, number("COUNT", 5_000), number("SEED", 1) as u64)
}

/// A small generator of pseudo-random numbers (xorshift).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// The pieces of a statement: words, numbers, quoted things, single characters; blanks are pieces too.
fn pieces(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut pieces, mut at) = (Vec::new(), 0);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1;
                }
                at = (at + 1).min(bytes.len());
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
            }
            byte if byte.is_ascii_whitespace() => {
                while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
            }
            _ => at += 1,
        }
        pieces.push(&text[start..at]);
    }
    pieces
}

/// As many mutants of a corpus as are asked for, each once.
fn mutants(corpus: &[&str], count: usize, seed: u64) -> Vec<String> {
    let mut random = Random::new(seed);
    let split: Vec<Vec<&str>> = corpus.iter().map(|statement| pieces(statement)).collect();
    let is_blank = |piece: &str| piece.trim().is_empty();
    let mut seen = BTreeSet::new();
    let mut mutants = Vec::with_capacity(count);
    for _ in 0..count * 4 {
        if mutants.len() == count {
            break;
        }
        let mut own = split[random.below(split.len())].clone();
        for _ in 0..=random.below(2) {
            let solid: Vec<usize> = (0..own.len()).filter(|&at| !is_blank(own[at])).collect();
            let Some(&at) = solid.get(random.below(solid.len())) else { continue };
            match random.below(6) {
                0 => drop(own.remove(at)),
                1 => own.insert(at, own[at]),
                2 => {
                    let other = solid[random.below(solid.len())];
                    own.swap(at, other);
                }
                3 | 4 => {
                    let donor = &split[random.below(split.len())];
                    own[at] = donor[random.below(donor.len())];
                }
                _ => {
                    let donor = &split[random.below(split.len())];
                    own.insert(at, " ");
                    own.insert(at, donor[random.below(donor.len())]);
                    own.insert(at, " ");
                }
            }
        }
        let mutant = own.concat();
        if !mutant.trim().is_empty() && seen.insert(mutant.clone()) {
            mutants.push(mutant);
        }
    }
    mutants
}
