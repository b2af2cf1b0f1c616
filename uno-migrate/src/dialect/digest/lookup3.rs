//! The 64-bit hash that PostgreSQL puts rows into partitions by: Bob Jenkins' lookup3, with a seed.

/// The hash of some bytes as `hashtextextended` has it on a server whose processor stores the low byte first. On others the
/// digests differ, and the rows are read.
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    // As long as texts in a history are, there are no more bytes than that counts.
    let start = 0x9e37_79b9_u32.wrapping_add(bytes.len() as u32).wrapping_add(3_923_095);
    let mut state = [start; 3];
    if seed != 0 {
        state[0] = state[0].wrapping_add((seed >> 32) as u32);
        state[1] = state[1].wrapping_add(seed as u32);
        mix(&mut state);
    }
    let (blocks, rest) = bytes.as_chunks::<12>();
    for block in blocks {
        absorb(&mut state, block);
        mix(&mut state);
    }
    let mut last = [0; 12];
    // The lowest byte of the third word is that of the length.
    let (words, third) = rest.split_at(rest.len().min(8));
    last[..words.len()].copy_from_slice(words);
    last[9..9 + third.len()].copy_from_slice(third);
    absorb(&mut state, &last);
    finish(&mut state);
    u64::from(state[1]) << 32 | u64::from(state[2])
}

fn absorb(state: &mut [u32; 3], block: &[u8; 12]) {
    let (words, _) = block.as_chunks::<4>();
    for (state, word) in state.iter_mut().zip(words) {
        *state = state.wrapping_add(u32::from_le_bytes(*word));
    }
}

fn mix([a, b, c]: &mut [u32; 3]) {
    step(a, b, c, 4);
    step(b, c, a, 6);
    step(c, a, b, 8);
    step(a, b, c, 16);
    step(b, c, a, 19);
    step(c, a, b, 4);
}

/// `x` takes from `z`, which takes from `y`.
fn step(x: &mut u32, y: &mut u32, z: &mut u32, by: u32) {
    *x = x.wrapping_sub(*z) ^ z.rotate_left(by);
    *z = z.wrapping_add(*y);
}

fn finish([a, b, c]: &mut [u32; 3]) {
    fold(c, b, 14);
    fold(a, c, 11);
    fold(b, a, 25);
    fold(c, b, 16);
    fold(a, c, 4);
    fold(b, a, 14);
    fold(c, b, 24);
}

fn fold(x: &mut u32, y: &u32, by: u32) {
    *x = (*x ^ *y).wrapping_sub(y.rotate_left(by));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SELECT hashtextextended(text, seed)`
    #[test]
    fn numbers_are_those_of_the_server() {
        let hash = |text: &str, seed: i64| hash(text.as_bytes(), seed.cast_unsigned()).cast_signed();
        assert_eq!(hash("", 0), -6_939_563_903_564_495_251);
        assert_eq!(hash("a", 0), 3_591_986_179_850_072_241);
        assert_eq!(hash("eight by", 0), 6_215_683_781_062_124_846);
        assert_eq!(hash("nine byte", 1), -3_585_941_416_219_550_517);
        assert_eq!(hash("twelve bytes", -3), -826_179_347_860_962_135);
        assert_eq!(hash("1600000001_create", 7), 6_519_822_723_129_845_982);
        assert_eq!(hash("some text that is longer than two dozen", 1 << 40), 2_585_196_239_781_752_870);
    }
}
