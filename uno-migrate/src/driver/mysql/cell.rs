//! MySQL's values: text where the query had no parameters, binary where it had some.
//!
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html>

use sqlx::mysql::MySqlValueRef;
use sqlx::{Decode, MySql, Type, TypeInfo, ValueRef};

use crate::value::Cell;

/// How the server writes values: the driver does not tell, but it follows from how the query was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Binary,
}

/// What the value is to the crate; a value that we cannot read is opaque.
pub(super) fn read(value: MySqlValueRef<'_>, format: Format) -> Cell {
    let type_info = value.type_info().into_owned();
    let Ok(bytes) = <&[u8] as Decode<'_, MySql>>::decode(value.clone()) else { return Cell::Null };
    let cell = match type_info.name() {
        "NULL" => Some(Cell::Null),
        "BIT" | "YEAR" => unsigned(value),
        name if name.ends_with("UNSIGNED") => unsigned(value),
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => {
            <i64 as Decode<'_, MySql>>::decode(value).ok().map(Cell::Int)
        }
        // As it is written: widening 0.1 would make it 0.10000000149011612.
        "FLOAT" => <f32 as Decode<'_, MySql>>::decode(value).ok().map(|float| Cell::Float(float.into())),
        "DOUBLE" => <f64 as Decode<'_, MySql>>::decode(value).ok().map(Cell::Float),
        "DECIMAL" => string(bytes).map(Cell::Number),
        "DATE" | "DATETIME" | "TIMESTAMP" | "TIME" if format == Format::Text => string(bytes).map(Cell::Text),
        "DATE" => moment(bytes).map(|moment| Cell::Text(moment[..DATE].to_owned())),
        "DATETIME" | "TIMESTAMP" => moment(bytes).map(Cell::Text),
        "TIME" => time(bytes).map(Cell::Text),
        "JSON" | "ENUM" | "SET" => string(bytes).map(Cell::Text),
        _ if <str as Type<MySql>>::compatible(&type_info) => string(bytes).map(Cell::Text),
        _ => Some(Cell::Bytes(bytes.to_owned())),
    };
    cell.unwrap_or(Cell::Opaque)
}

/// The length of `2026-11-22`.
const DATE: usize = 10;

fn unsigned(value: MySqlValueRef<'_>) -> Option<Cell> {
    <u64 as Decode<'_, MySql>>::decode(value).ok().map(Cell::Unsigned)
}

fn string(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// Year, month, day; hour, minute, second; microseconds: what is zero at the end is not sent.
fn moment(bytes: &[u8]) -> Option<String> {
    let mut fields = [0; 11];
    let sent = bytes.get(1..).unwrap_or_default();
    fields.get_mut(..sent.len())?.copy_from_slice(sent);
    let [year_low, year_high, month, day, hour, minute, second, micros @ ..] = fields;
    let year = u16::from_le_bytes([year_low, year_high]);
    let fraction = fraction(u32::from_le_bytes(micros));
    Some(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}"))
}

/// Sign, days; hour, minute, second; microseconds: what is zero at the end is not sent.
fn time(bytes: &[u8]) -> Option<String> {
    let mut fields = [0; 12];
    let sent = bytes.get(1..).unwrap_or_default();
    fields.get_mut(..sent.len())?.copy_from_slice(sent);
    let [negative, day0, day1, day2, day3, hour, minute, second, micros @ ..] = fields;
    let sign = if negative == 0 { "" } else { "-" };
    let hours = u64::from(u32::from_le_bytes([day0, day1, day2, day3])) * 24 + u64::from(hour);
    let fraction = fraction(u32::from_le_bytes(micros));
    Some(format!("{sign}{hours:02}:{minute:02}:{second:02}{fraction}"))
}

fn fraction(micros: u32) -> String {
    if micros == 0 { String::new() } else { format!(".{micros:06}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_times_are_written_as_text() {
        assert_eq!(moment(&[4, 0xEA, 0x07, 11, 22]).unwrap(), "2026-11-22 00:00:00");
        assert_eq!(moment(&[11, 0xEA, 0x07, 11, 22, 1, 2, 3, 4, 0, 0, 0]).unwrap(), "2026-11-22 01:02:03.000004");
        assert_eq!(moment(&[0]).unwrap(), "0000-00-00 00:00:00");
        assert_eq!(time(&[8, 1, 1, 0, 0, 0, 2, 3, 4]).unwrap(), "-26:03:04");
        assert_eq!(moment(&[0; 99]), None);
        assert_eq!(time(&[]).unwrap(), "00:00:00");
    }
}
