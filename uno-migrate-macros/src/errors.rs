//! Mistakes are collected, so that one build reports all of them, each at its token.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use uno_migrate_core::{Problems, Severity};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(TokenStream);

impl Errors {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one; `help` says what to type next.
    pub(crate) fn add(&mut self, span: Span, message: &str, help: &str) {
        self.push(syn::Error::new(span, format!("{message}\nhelp: {help}")));
    }

    /// Adds what syn found.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.extend(error.into_compile_error());
    }

    /// Adds what the loader found and cannot be lived with, each as an error of its own.
    pub(crate) fn extend(&mut self, span: Span, problems: &Problems) {
        for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
            let text = problem.to_string();
            self.0.extend(quote_spanned!(span=> ::core::compile_error! { #text }));
        }
    }

    /// Adds those of another list.
    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The value, or its mistake noted.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All of them, as items or statements.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0
    }
}
