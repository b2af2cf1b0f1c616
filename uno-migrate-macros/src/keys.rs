//! `key = value` lists, as both macros take them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Bracket;
use syn::{Error, LitStr, Result, Token, bracketed};

use crate::errors::Errors;

/// The keys that a macro knows, and those already given.
pub(crate) struct Keys {
    known: &'static [&'static str],
    given: Vec<String>,
}

/// What `before`, `down` and hooks name.
pub(crate) const FUNCTION: &str = "the path of an `async fn`";

impl Keys {
    pub(crate) fn new(known: &'static [&'static str]) -> Self {
        Self { known, given: Vec::new() }
    }

    /// Reads a key and its `=`; `crate` is one, too.
    pub(crate) fn next(&mut self, input: ParseStream<'_>) -> Result<Ident> {
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if !self.known.contains(&name.as_str()) {
            return Err(Error::new(key.span(), self.unknown(&name)));
        }
        if self.given.contains(&name) {
            return Err(Error::new(key.span(), format!("`{name}` specified more than once\nhelp: delete one of them")));
        }
        self.given.push(name);
        input.parse::<Token![=]>()?;
        Ok(key)
    }

    fn unknown(&self, name: &str) -> String {
        let scored = self.known.iter().map(|known| (strsim::jaro_winkler(known, name), known));
        let help = match scored.max_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((score, known)) if score > 0.8 => format!("write `{known}`"),
            _ => format!("expected one of {}", list(self.known)),
        };
        format!("unknown key `{name}`\nhelp: {help}")
    }
}

/// Names in backticks, separated by commas.
pub(crate) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Reads `argument, argument, …` to the end: a mistake costs its own argument alone.
pub(crate) fn each_argument(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut argument: impl FnMut(ParseStream<'_>) -> Result<()>,
) {
    while !input.is_empty() {
        let result = argument(input).and_then(|()| match input.is_empty() || input.peek(Token![,]) {
            true => Ok(()),
            false => Err(input.error("expected `,`")),
        });
        if let Err(error) = result {
            errors.push(error);
            while !input.is_empty() && !input.peek(Token![,]) {
                drop(input.parse::<TokenTree>());
            }
        }
        drop(input.parse::<Token![,]>());
    }
}

/// `[a, b, …]`
pub(crate) fn bracketed_list<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    if !input.peek(Bracket) {
        return Err(input.error("expected a list in brackets, such as `[a, b]`"));
    }
    let content;
    bracketed!(content in input);
    list_in(&content)
}

/// `a, b, …` to the end of a group. What follows a mistake is passed over, or it would be called unexpected.
pub(crate) fn list_in<T: Parse>(content: ParseStream<'_>) -> Result<Vec<T>> {
    let list = Punctuated::<T, Token![,]>::parse_terminated(content);
    drop(content.parse::<TokenStream>());
    Ok(list?.into_iter().collect())
}

/// A string that says something.
pub(crate) fn text(key: &Ident, input: ParseStream<'_>) -> Result<LitStr> {
    let text: LitStr = expected("a string", input)?;
    match text.value().trim().is_empty() {
        true => Err(Error::new(text.span(), format!("`{key}` is empty\nhelp: write something, or delete the key"))),
        false => Ok(text),
    }
}

/// A value, or an error that says what was expected in words of ours.
pub(crate) fn expected<T: Parse>(what: &str, input: ParseStream<'_>) -> Result<T> {
    let span = input.span();
    input.parse().map_err(|_| Error::new(span, format!("expected {what}")))
}

/// Where generated code finds the runtime crate: `crate = path`, else `::uno_migrate`.
pub(crate) fn runtime(krate: Option<&syn::Path>) -> TokenStream {
    krate.map_or_else(|| quote!(::uno_migrate), |path| quote!(#path))
}
