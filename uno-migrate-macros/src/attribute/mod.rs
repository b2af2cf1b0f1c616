//! `#[migration]`: the item stays as it is, and a type of the same name beside it carries the definition.

mod args;
mod expand;
mod item;
mod validate;

use proc_macro2::TokenStream;

pub(crate) use args::Args;

use crate::errors::Errors;
use crate::site::Site;

/// The attribute, without the compiler.
pub(crate) fn migration(arguments: TokenStream, item: TokenStream, site: &Site) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(arguments, &mut errors);
    let head = item::Item::parse(item.clone(), &mut errors);
    let definition = head.map(|head| expand::definition(&validate::validate(args, head, site, &mut errors)));
    let errors = errors.into_tokens();
    quote::quote! { #item #errors #definition }
}

#[cfg(test)]
mod tests;
