//! A row, whichever database it came from.

use std::fmt;
use std::sync::Arc;

use super::cell::{Cell, FromColumn, Mismatch};
use crate::Result;

/// A row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[Column]>,
    cells: Vec<Cell>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    type_name: String,
}

impl Column {
    pub(crate) fn new(name: &str, type_name: &str) -> Self {
        Self { name: name.to_owned(), type_name: type_name.to_owned() }
    }

    /// Its name or alias.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type as the database driver calls it: `INT8`, `VARCHAR` …
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

impl Row {
    /// As many cells as columns.
    pub(crate) fn new(columns: Arc<[Column]>, cells: Vec<Cell>) -> Self {
        Self { columns, cells }
    }

    /// The value of a column, by its name or its place (from 0).
    ///
    /// An integer column is read into any integer type that holds the value; numbers of MySQL's and SQLite's into
    /// `bool`. `NULL` needs an `Option`. Everything that has a text form can be read as a `String`: numerics, dates,
    /// UUIDs and JSON in their usual notation. The features `chrono`, `uuid` and `json` add the types of these crates.
    ///
    /// ```
    /// # fn read(row: &uno_migrate::Row) -> uno_migrate::Result {
    /// let id: i64 = row.get("id")?;
    /// let email: Option<String> = row.get(1)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such column, or its value is not of that type; the message says which columns there are, and
    /// which type the column has.
    pub fn get<T: FromColumn>(&self, column: impl ColumnIndex) -> Result<T> {
        let Some(index) = column.find(&self.columns) else {
            return Err(RowError::NoColumn(column.describe(), names(&self.columns)).into());
        };
        T::from_cell(&self.cells[index]).map_err(|mismatch| {
            let column = self.columns[index].clone();
            RowError::Mismatch { column, rust: T::NAME, mismatch }.into()
        })
    }

    /// The columns, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no column at all.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("`{}`", column.name)).collect::<Vec<_>>().join(", ")
}

/// How a column is named: by its name, or by its place from 0. Of several columns of one name, the first is meant.
pub trait ColumnIndex: sealed::Sealed {
    /// Its place.
    #[doc(hidden)]
    fn find(&self, columns: &[Column]) -> Option<usize>;

    /// For an error.
    #[doc(hidden)]
    fn describe(&self) -> String;
}

impl ColumnIndex for &str {
    fn find(&self, columns: &[Column]) -> Option<usize> {
        columns.iter().position(|column| column.name == *self)
    }

    fn describe(&self) -> String {
        format!("`{self}`")
    }
}

impl ColumnIndex for usize {
    fn find(&self, columns: &[Column]) -> Option<usize> {
        (*self < columns.len()).then_some(*self)
    }

    fn describe(&self) -> String {
        format!("{self} (the first is 0)")
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &str {}
    impl Sealed for usize {}
}

/// Why a column could not be read.
#[derive(Debug)]
enum RowError {
    NoColumn(String, String),
    Mismatch { column: Column, rust: &'static str, mismatch: Mismatch },
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Column { name, type_name }, rust, mismatch) = match self {
            Self::NoColumn(column, there) if there.is_empty() => {
                return write!(f, "no column {column}: the result has no columns");
            }
            Self::NoColumn(column, there) => return write!(f, "no column {column}: the result has {there}"),
            Self::Mismatch { column, rust, mismatch } => (column, rust, mismatch),
        };
        match mismatch {
            Mismatch::Null => write!(f, "column `{name}` is NULL: read it as `Option<{rust}>`"),
            Mismatch::Type => write!(f, "column `{name}` is of type `{type_name}`, which is not read as `{rust}`"),
            Mismatch::Range(value) => write!(f, "column `{name}` holds {value}, which does not fit `{rust}`"),
            Mismatch::Text(why) => write!(f, "column `{name}` of type `{type_name}` is not read as `{rust}`: {why}"),
            Mismatch::Opaque => write!(
                f,
                "column `{name}` is of type `{type_name}`, which uno-migrate does not read: cast it to text in the SQL"
            ),
        }
    }
}

impl std::error::Error for RowError {}
