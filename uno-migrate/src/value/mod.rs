//! Values on their way to the database and back: what stands for a placeholder, and what a row holds.

use std::borrow::Cow;

mod cell;
mod params;
mod row;

pub(crate) use cell::Cell;
pub use cell::FromColumn;
pub use params::Params;
pub use row::{Column, ColumnIndex, Row};

/// A value for a placeholder: everything that [`From`] is implemented for can be given as a parameter.
///
/// Integers keep their width, a text is bound as `text`: where PostgreSQL wants another type, cast the placeholder
/// (`$1::jsonb`). `Null` fits every column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `NULL`
    Null,
    /// A truth value; MySQL and SQLite keep it as 0 or 1.
    Bool(bool),
    /// `smallint`
    I16(i16),
    /// `integer`
    I32(i32),
    /// `bigint`
    I64(i64),
    /// `bigint unsigned` on MySQL; elsewhere it must fit a `bigint`.
    U64(u64),
    /// `real`
    F32(f32),
    /// `double precision`
    F64(f64),
    /// `text`
    Text(String),
    /// `bytea` or `blob`
    Bytes(Vec<u8>),
    /// `timestamp with time zone`
    #[cfg(feature = "chrono")]
    Timestamp(chrono::DateTime<chrono::Utc>),
    /// `timestamp` or `datetime`, without a time zone
    #[cfg(feature = "chrono")]
    DateTime(chrono::NaiveDateTime),
    /// `date`
    #[cfg(feature = "chrono")]
    Date(chrono::NaiveDate),
    /// `time`
    #[cfg(feature = "chrono")]
    Time(chrono::NaiveTime),
    /// `uuid`; as sqlx does, 16 bytes on MySQL and SQLite.
    #[cfg(feature = "uuid")]
    Uuid(uuid::Uuid),
    /// `jsonb` on PostgreSQL, `json` or text elsewhere
    #[cfg(feature = "json")]
    Json(serde_json::Value),
}

macro_rules! from {
    ($($type:ty => $variant:ident,)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool,
    i8 => I16,
    u8 => I16,
    i16 => I16,
    u16 => I32,
    i32 => I32,
    u32 => I64,
    i64 => I64,
    u64 => U64,
    f32 => F32,
    f64 => F64,
    &str => Text,
    String => Text,
    &String => Text,
    Cow<'_, str> => Text,
    Box<str> => Text,
    char => Text,
    &[u8] => Bytes,
    Vec<u8> => Bytes,
}

#[cfg(feature = "chrono")]
from! {
    chrono::NaiveDateTime => DateTime,
    chrono::NaiveDate => Date,
    chrono::NaiveTime => Time,
}

#[cfg(feature = "uuid")]
from! { uuid::Uuid => Uuid, }

#[cfg(feature = "json")]
from! { serde_json::Value => Json, }

impl From<isize> for Value {
    fn from(value: isize) -> Self {
        Self::I64(value as i64)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::U64(value as u64)
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.into())
    }
}

#[cfg(feature = "chrono")]
impl<Zone: chrono::TimeZone> From<chrono::DateTime<Zone>> for Value {
    fn from(time: chrono::DateTime<Zone>) -> Self {
        Self::Timestamp(time.to_utc())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
