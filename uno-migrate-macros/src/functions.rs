//! From an `async fn` to a function pointer that gives a boxed future.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ExprPath;
use syn::spanned::Spanned;

/// Where the compiler says what it finds wrong with a function.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    /// That it is no function, or that its future is not `Send`.
    pub(crate) name: Span,
    /// That it takes something else.
    pub(crate) input: Span,
    /// That it returns something else.
    pub(crate) output: Span,
}

/// A closure around a function.
pub(crate) fn boxed(private: &TokenStream, function: &impl ToTokens, places: Places) -> TokenStream {
    let Places { name, input, output } = places;
    let context = quote_spanned!(input.resolved_at(Span::call_site())=> ctx);
    let result = quote_spanned!(output=> #function(#context).await);
    let future = quote_spanned!(name=> ::std::boxed::Box::pin(async move { #private::done(#result) }));
    quote!(|#context| #future)
}

/// A closure around a function that a path names.
pub(crate) fn boxed_path(private: &TokenStream, path: &ExprPath) -> TokenStream {
    let place = path.span();
    boxed(private, path, Places { name: place, input: place, output: place })
}
