//! The parameters of one statement.

use super::Value;

/// Values for `$1, $2, …`: a tuple of up to sixteen, or an array, slice or `Vec` of one type.
///
/// A single value is a tuple of one: `(id,)`. Where the types or the number are known only at run time, use
/// `Vec<`[`Value`]`>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the parameters of a statement",
    note = "give a tuple, `(id, name)`, or `(id,)` for a single one; or an array or `Vec` of one type",
    note = "each must be an integer, float, bool, text, bytes or an `Option` of these; the features `chrono`, `uuid` and \
            `json` add more"
)]
pub trait Params {
    /// The values, `$1` first.
    fn into_values(self) -> Vec<Value>;
}

impl Params for () {
    fn into_values(self) -> Vec<Value> {
        Vec::new()
    }
}

impl<T: Into<Value>> Params for Vec<T> {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Value>, const N: usize> Params for [T; N] {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Value> + Clone> Params for &[T] {
    fn into_values(self) -> Vec<Value> {
        self.iter().cloned().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Into<Value>, $($rest: Into<Value>),*> Params for ($first, $($rest,)*) {
            #[allow(non_snake_case)] // a type and its value share their letter
            fn into_values(self) -> Vec<Value> {
                let ($first, $($rest,)*) = self;
                vec![$first.into(), $($rest.into()),*]
            }
        }
        tuples! { $($rest)* }
    };
    () => {};
}

tuples! { A B C D E F G H I J K L M N O P }
