//! A number for an id: the macro writes it down, and constant evaluation computes the same one.

/// The number of an id, the same on every machine. Two ids may have the same number, if hardly ever.
pub const fn id_key(id: &str) -> u64 {
    key(id.as_bytes())
}

/// The number of any bytes.
///
/// Eight bytes at a time, since every step of constant evaluation costs the compiler time; the last eight may overlap
/// those before them.
pub const fn key(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut key = bytes.len() as u64;
    let mut at = 0;
    while at < bytes.len() {
        let word = if bytes.len() < 8 {
            at += 1;
            bytes[at - 1] as u64
        } else {
            let from = if at + 8 <= bytes.len() { at } else { bytes.len() - 8 };
            at += 8;
            let word = [
                bytes[from],
                bytes[from + 1],
                bytes[from + 2],
                bytes[from + 3],
                bytes[from + 4],
                bytes[from + 5],
                bytes[from + 6],
                bytes[from + 7],
            ];
            u64::from_le_bytes(word)
        };
        key = (key.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
    key ^ (key >> 32)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_tell_ids_apart() {
        let ids = (0..20_000).map(|number| format!("{number}_create_table_{number}"));
        let ids = ids.chain((0..20_000).map(|number| format!("{}_a", 1_616_720_000 + number)));
        let ids: Vec<_> = ids.chain(["1_a", "1_b", "01_a", "1_aa"].map(str::to_owned)).collect();
        let keys: BTreeSet<_> = ids.iter().map(|id| id_key(id)).collect();
        assert_eq!(keys.len(), ids.len());
    }

    #[test]
    fn keys_are_the_same_on_every_machine() {
        assert_eq!(id_key("1616721123_create_users"), 7_772_043_704_412_545_530);
    }
}
