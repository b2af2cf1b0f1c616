//! A value as it was read, and what it is read into.

/// What a driver makes of a column's value: few forms, so that every database's types are read alike.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    /// An exact number, in decimal notation.
    Number(String),
    /// A text, or anything else in its text form.
    Text(String),
    Bytes(Vec<u8>),
    /// What has no text form that we know.
    Opaque,
}

/// Why a cell is not of the type that was asked for.
#[doc(hidden)]
#[derive(Debug)]
pub enum Mismatch {
    Null,
    Type,
    Range(String),
    #[cfg_attr(not(any(feature = "chrono", feature = "uuid", feature = "json")), allow(dead_code))]
    Text(String),
    Opaque,
}

/// A type that a column can be read into.
///
/// Sealed: to read into a type of your own, read into one of these first.
#[diagnostic::on_unimplemented(
    message = "a column cannot be read into `{Self}`",
    note = "the integers, floats, `bool`, `String`, `Vec<u8>` and their `Option`s can; the features `chrono`, `uuid` and \
            `json` add more"
)]
pub trait FromColumn: Sized {
    /// The type as it is written.
    #[doc(hidden)]
    const NAME: &'static str;

    /// The value.
    #[doc(hidden)]
    fn from_cell(cell: &Cell) -> Result<Self, Mismatch>;
}

impl Cell {
    fn mismatch<T>(&self) -> Result<T, Mismatch> {
        Err(match self {
            Self::Null => Mismatch::Null,
            Self::Opaque => Mismatch::Opaque,
            _ => Mismatch::Type,
        })
    }
}

macro_rules! integers {
    ($($type:ident)*) => {$(
        impl FromColumn for $type {
            const NAME: &'static str = stringify!($type);

            fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
                match cell {
                    Cell::Int(value) => Self::try_from(*value).map_err(|_| Mismatch::Range(value.to_string())),
                    Cell::Unsigned(value) => Self::try_from(*value).map_err(|_| Mismatch::Range(value.to_string())),
                    Cell::Number(value) => value.parse().map_err(|_| Mismatch::Range(value.clone())),
                    _ => cell.mismatch(),
                }
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

macro_rules! floats {
    ($($type:ident)*) => {$(
        impl FromColumn for $type {
            const NAME: &'static str = stringify!($type);

            fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
                match cell {
                    Cell::Float(value) => Ok(*value as Self),
                    Cell::Int(value) => Ok(*value as Self),
                    Cell::Unsigned(value) => Ok(*value as Self),
                    Cell::Number(value) => value.parse().map_err(|_| Mismatch::Range(value.clone())),
                    _ => cell.mismatch(),
                }
            }
        }
    )*};
}

floats! { f32 f64 }

impl FromColumn for bool {
    const NAME: &'static str = "bool";

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        match cell {
            Cell::Bool(value) => Ok(*value),
            Cell::Int(value) => Ok(*value != 0),
            Cell::Unsigned(value) => Ok(*value != 0),
            _ => cell.mismatch(),
        }
    }
}

impl FromColumn for String {
    const NAME: &'static str = "String";

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        match cell {
            Cell::Text(text) | Cell::Number(text) => Ok(text.clone()),
            _ => cell.mismatch(),
        }
    }
}

impl FromColumn for Vec<u8> {
    const NAME: &'static str = "Vec<u8>";

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        match cell {
            Cell::Bytes(bytes) => Ok(bytes.clone()),
            Cell::Text(text) => Ok(text.clone().into_bytes()),
            _ => cell.mismatch(),
        }
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    const NAME: &'static str = T::NAME;

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        if *cell == Cell::Null { Ok(None) } else { T::from_cell(cell).map(Some) }
    }
}

#[cfg(feature = "chrono")]
mod time {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    use super::{Cell, FromColumn, Mismatch};

    /// The databases' notations of a moment: `2026-11-22 15:04:05.123+00`, with a `T` for the blank, `Z` for the zone.
    const WITH_ZONE: [&str; 4] = ["%F %T%.f%#z", "%FT%T%.f%#z", "%F %T%.fZ", "%FT%T%.fZ"];
    const WITHOUT_ZONE: [&str; 4] = ["%F %T%.f", "%FT%T%.f", "%F %H:%M", "%FT%H:%M"];

    fn parse<T>(cell: &Cell, read: impl Fn(&str) -> Option<T>) -> Result<T, Mismatch> {
        match cell {
            Cell::Text(text) => read(text).ok_or_else(|| Mismatch::Text(format!("`{text}` is not of that form"))),
            _ => cell.mismatch(),
        }
    }

    fn date_time(text: &str) -> Option<NaiveDateTime> {
        WITHOUT_ZONE.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    }

    impl FromColumn for NaiveDateTime {
        const NAME: &'static str = "NaiveDateTime";

        fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
            parse(cell, date_time)
        }
    }

    /// A moment without a zone is UTC: that is how sqlx connects to MySQL, and what SQLite writes.
    impl FromColumn for DateTime<Utc> {
        const NAME: &'static str = "DateTime<Utc>";

        fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
            parse(cell, |text| {
                let zoned = WITH_ZONE.iter().find_map(|form| match form.strip_suffix('Z') {
                    Some(form) => Some(NaiveDateTime::parse_from_str(text.strip_suffix('Z')?, form).ok()?.and_utc()),
                    None => DateTime::parse_from_str(text, form).ok().map(|time| time.to_utc()),
                });
                zoned.or_else(|| date_time(text).map(|time| time.and_utc()))
            })
        }
    }

    impl FromColumn for NaiveDate {
        const NAME: &'static str = "NaiveDate";

        fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
            parse(cell, |text| NaiveDate::parse_from_str(text, "%F").ok())
        }
    }

    impl FromColumn for NaiveTime {
        const NAME: &'static str = "NaiveTime";

        fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
            parse(cell, |text| ["%T%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok()))
        }
    }
}

/// From its text, or from the sixteen bytes that sqlx writes on MySQL and SQLite.
#[cfg(feature = "uuid")]
impl FromColumn for uuid::Uuid {
    const NAME: &'static str = "Uuid";

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        match cell {
            Cell::Text(text) => text.parse().map_err(|error| Mismatch::Text(format!("{error}"))),
            Cell::Bytes(bytes) => Self::from_slice(bytes).map_err(|error| Mismatch::Text(error.to_string())),
            _ => cell.mismatch(),
        }
    }
}

#[cfg(feature = "json")]
impl FromColumn for serde_json::Value {
    const NAME: &'static str = "serde_json::Value";

    fn from_cell(cell: &Cell) -> Result<Self, Mismatch> {
        match cell {
            Cell::Text(text) => serde_json::from_str(text).map_err(|error| Mismatch::Text(error.to_string())),
            _ => cell.mismatch(),
        }
    }
}
