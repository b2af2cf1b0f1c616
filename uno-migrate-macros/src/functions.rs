//! From an `async fn` to a function pointer that gives a boxed future.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// A closure around the function at `path`; whatever the compiler finds wrong with the function is said at `span`.
pub(crate) fn boxed(private: &TokenStream, path: &impl ToTokens, span: Span) -> TokenStream {
    let span = span.resolved_at(Span::call_site());
    quote_spanned! {span=>
        |ctx| ::std::boxed::Box::pin(async move { #private::done(#path(ctx).await) })
    }
}
