//! Names for generated code. Nothing here is for users, and nothing here is stable.

use futures_util::future::BoxFuture;
use uno_migrate_core::Dialect;

use crate::{Context, dialect};

pub use crate::coded::{Definition, Named};
pub use crate::migrations::{Cell, Embedded};
pub use crate::proof::{Wanted, count, identity, prove};

/// Any error, as migrations and hooks return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A migration's or a hook's function with its future boxed.
pub type Function = for<'a, 'c> fn(&'a mut Context<'c>) -> BoxFuture<'a, Result<(), BoxError>>;

/// What a migration or a hook ended with, its error boxed.
///
/// # Errors
/// The error that it is given.
pub fn done<E: Into<BoxError>>(result: Result<(), E>) -> Result<(), BoxError> {
    result.map_err(Into::into)
}

/// A text as it is written in SQL, for the tests that send it to real databases; none if it holds a NUL.
pub fn literal(dialect: Dialect, text: &str) -> Option<String> {
    dialect::sql(dialect).literal(text).ok()
}
