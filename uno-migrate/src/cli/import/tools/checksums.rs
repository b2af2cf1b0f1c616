//! The checksums that tools keep of their files.

use sha2::{Digest, Sha384};
use siphasher::sip::SipHasher13;
use std::hash::{Hash, Hasher};

/// sqlx: SHA-384 of the text. A file that was checked out with other line ends counts as the same.
pub(in crate::cli::import) fn sha384(raw: &str) -> Vec<String> {
    let hex = |text: &str| Sha384::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    line_ends(raw).iter().map(|text| hex(text)).collect()
}

/// refinery: SipHash-1-3 of name, version and text, as Rust hashes them; the version is an `i32`, or an `i64` with its
/// feature `int8-versions`.
pub(in crate::cli::import) fn siphash(name: &str, version: i64, raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in line_ends(raw) {
        let mut long = SipHasher13::new();
        (name, version, text.as_str()).hash(&mut long);
        found.push(long.finish().to_string());
        if let Ok(version) = i32::try_from(version) {
            let mut short = SipHasher13::new();
            (name, version, text.as_str()).hash(&mut short);
            found.push(short.finish().to_string());
        }
    }
    found
}

/// Flyway: CRC-32 over the lines, as a signed number.
pub(in crate::cli::import) fn crc32(raw: &str) -> String {
    let mut rest = u32::MAX;
    let text = raw.strip_prefix('\u{FEFF}').unwrap_or(raw);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for byte in text.split('\n').flat_map(str::bytes) {
        rest ^= u32::from(byte);
        for _ in 0..8 {
            rest = if rest & 1 == 1 { (rest >> 1) ^ 0xEDB8_8320 } else { rest >> 1 };
        }
    }
    (!rest).cast_signed().to_string()
}

/// The text as it is, with LF, and with CRLF.
fn line_ends(raw: &str) -> Vec<String> {
    let lf = raw.replace("\r\n", "\n");
    let crlf = lf.replace('\n', "\r\n");
    vec![raw.to_owned(), lf, crlf]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_the_tools_write() {
        // printf 'SELECT 1;\n' | sha384sum
        let known = "24454095d8d7876ca8e842f34296ca645c83e0f7b50f048c99db4b2ff4da659267afc4ef3e994f3d74e18c741165d931";
        assert_eq!(sha384("SELECT 1;\n")[0], known);
        assert_eq!(sha384("a\r\nb")[1], sha384("a\nb")[0]);
        assert_eq!(sha384("a\nb")[2], sha384("a\r\nb")[0]);
        // The check value of CRC-32 is CBF43926.
        assert_eq!(crc32("123456789"), "-873187034");
        assert_eq!(crc32("\u{FEFF}1234\r\n56789\n"), crc32("123456789"));
    }
}
