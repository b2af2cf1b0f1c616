//! The CRC-32 of Ethernet, zip and `CRC32()`.

const POLYNOMIAL: u32 = 0xedb8_8320; // the low bit first

static TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let (mut remainder, mut bit) = (byte as u32, 0);
        while bit < 8 {
            remainder = if remainder & 1 == 1 { remainder >> 1 ^ POLYNOMIAL } else { remainder >> 1 };
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
};

/// The checksum of some parts, one after the other.
pub(super) fn crc32(parts: &[&[u8]]) -> u32 {
    let mut sum = !0;
    for part in parts {
        for byte in *part {
            sum = sum >> 8 ^ TABLE[usize::from(sum as u8 ^ byte)];
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_everybody_checks() {
        assert_eq!(crc32(&[b"123456789"]), 0xcbf4_3926);
        assert_eq!(crc32(&[b"1234", b"", b"56789"]), 0xcbf4_3926);
        assert_eq!(crc32(&[]), 0);
    }
}
