//! How a chore ends, and what is worth a word on the way.

/// Why a chore ended early, for the person who ran it.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// The result of a chore.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Something to know that is no failure.
pub(crate) fn note(text: &str) {
    println!("note: {text}");
}
