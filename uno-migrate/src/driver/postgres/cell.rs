//! PostgreSQL's values: text where the query had no parameters, binary where it had some.
//!
//! <https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES>; the binary forms are those
//! that the types' `send` functions write.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use sqlx::postgres::{PgTypeInfo, PgTypeKind, PgValueFormat, PgValueRef};
use sqlx::{TypeInfo, ValueRef};

use crate::value::Cell;

/// What the value is to the crate; a value that we cannot read is opaque.
pub(super) fn read(value: &PgValueRef<'_>) -> Cell {
    let type_info = value.type_info();
    let Ok(bytes) = value.as_bytes() else { return Cell::Null };
    let name = type_info.name();
    match value.format() {
        PgValueFormat::Text => text(name, value.as_str().unwrap_or_default()),
        PgValueFormat::Binary if name != UNRESOLVED && is_label(&type_info) => string(bytes),
        PgValueFormat::Binary => binary(name, bytes),
    }
    .unwrap_or(Cell::Opaque)
}

/// What the driver calls a type of an extension or a user's that it has not looked up, as it does for binary values only.
const UNRESOLVED: &str = "?";

/// Whether the binary form is the text. Only a resolved type may be asked its kind.
fn is_label(type_info: &PgTypeInfo) -> bool {
    matches!(type_info.kind(), PgTypeKind::Enum(_)) || type_info.name().eq_ignore_ascii_case("citext")
}

fn text(type_name: &str, text: &str) -> Option<Cell> {
    Some(match type_name {
        "BOOL" => Cell::Bool(text == "t"),
        "INT2" | "INT4" | "INT8" | "OID" => Cell::Int(text.parse().ok()?),
        "FLOAT4" => Cell::Float(text.parse::<f32>().ok()?.into()),
        "FLOAT8" => Cell::Float(text.parse().ok()?),
        "NUMERIC" => Cell::Number(text.to_owned()),
        "BYTEA" => Cell::Bytes(hex(text.strip_prefix("\\x")?)?),
        _ => Cell::Text(text.to_owned()),
    })
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(nibble(pair[0])? * 16 + nibble(*pair.get(1)?)?).ok()).collect()
}

fn binary(type_name: &str, bytes: &[u8]) -> Option<Cell> {
    Some(match type_name {
        "BOOL" => Cell::Bool(bytes != [0]),
        "INT2" => Cell::Int(i16::from_be_bytes(bytes.try_into().ok()?).into()),
        "INT4" => Cell::Int(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        "INT8" => Cell::Int(int8(bytes)?),
        "OID" => Cell::Int(u32::from_be_bytes(bytes.try_into().ok()?).into()),
        "FLOAT4" => Cell::Float(f32::from_be_bytes(bytes.try_into().ok()?).into()),
        "FLOAT8" => Cell::Float(f64::from_be_bytes(bytes.try_into().ok()?)),
        "NUMERIC" => Cell::Number(numeric(bytes)?),
        "BYTEA" => Cell::Bytes(bytes.to_owned()),
        "TEXT" | "VARCHAR" | "CHAR" | "\"CHAR\"" | "NAME" | "UNKNOWN" | "JSON" | "VOID" => string(bytes)?,
        "JSONB" => string(bytes.strip_prefix(&[1])?)?,
        "DATE" => Cell::Text(date(bytes)?),
        "TIME" => Cell::Text(time(bytes)?),
        "TIMESTAMP" => Cell::Text(moment(bytes, "")?),
        "TIMESTAMPTZ" => Cell::Text(moment(bytes, "+00")?),
        "UUID" => Cell::Text(uuid(bytes)?),
        _ => return None,
    })
}

fn string(bytes: &[u8]) -> Option<Cell> {
    std::str::from_utf8(bytes).ok().map(|text| Cell::Text(text.to_owned()))
}

fn int8(bytes: &[u8]) -> Option<i64> {
    bytes.try_into().ok().map(i64::from_be_bytes)
}

/// PostgreSQL counts from the first of January 2000.
fn epoch() -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(2000, 1, 1)?.and_hms_opt(0, 0, 0)
}

fn date(bytes: &[u8]) -> Option<String> {
    match i32::from_be_bytes(bytes.try_into().ok()?) {
        i32::MAX => Some("infinity".to_owned()),
        i32::MIN => Some("-infinity".to_owned()),
        days => Some(epoch()?.checked_add_signed(TimeDelta::days(days.into()))?.format("%F").to_string()),
    }
}

fn moment(bytes: &[u8], zone: &str) -> Option<String> {
    match int8(bytes)? {
        i64::MAX => Some("infinity".to_owned()),
        i64::MIN => Some("-infinity".to_owned()),
        micros => {
            let moment = epoch()?.checked_add_signed(TimeDelta::microseconds(micros))?;
            Some(format!("{}{}{zone}", moment.format("%F %T"), fraction(micros)))
        }
    }
}

/// Up to `24:00:00`, which is no time to chrono.
fn time(bytes: &[u8]) -> Option<String> {
    let micros = int8(bytes)?;
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(format!("{hour:02}:{minute:02}:{second:02}{}", fraction(micros)))
}

/// Without zeros at the end, as PostgreSQL writes it.
fn fraction(micros: i64) -> String {
    match micros.rem_euclid(1_000_000) {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    }
}

fn uuid(bytes: &[u8]) -> Option<String> {
    let bytes: &[u8; 16] = bytes.try_into().ok()?;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").ok()?;
    }
    Some(text)
}

/// Groups of four decimal digits, the first of them `weight` groups in front of the point.
fn numeric(bytes: &[u8]) -> Option<String> {
    let mut words = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let (count, weight, sign, scale) = (words.next()?, words.next()? as i16, words.next()?, words.next()?);
    let mut text = String::new();
    match sign {
        0x0000 => {}
        0x4000 => text.push('-'),
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => return None,
    }
    let groups: Vec<u16> = words.take(count.into()).collect();
    let group = |place: i32| {
        let index = usize::try_from(i32::from(weight) - place).ok();
        index.and_then(|index| groups.get(index)).copied().unwrap_or(0)
    };
    write!(text, "{}", group(i32::from(weight).max(0))).ok()?;
    for place in (0..i32::from(weight)).rev() {
        write!(text, "{:04}", group(place)).ok()?;
    }
    if scale > 0 {
        let mut fraction = String::new();
        for place in 1..=i32::from(scale.div_ceil(4)) {
            write!(fraction, "{:04}", group(-place)).ok()?;
        }
        text.push('.');
        text.push_str(&fraction[..scale.into()]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_values_are_opaque_and_never_panic() {
        for type_name in ["INT2", "NUMERIC", "BYTEA", "JSONB", "DATE", "TIME", "TIMESTAMPTZ", "UUID", "TEXT"] {
            for bytes in [&[][..], &[0xFF], &[0xFF; 3], &[0x7F; 8], &[0x80; 9], &[0xFE; 17]] {
                let _ = binary(type_name, bytes);
            }
        }
        assert_eq!(hex("0"), None);
        assert_eq!(hex("0g"), None);
        assert_eq!(hex("00fF"), Some(vec![0, 255]));
    }
}
