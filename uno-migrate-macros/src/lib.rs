//! The macros of [uno-migrate](https://docs.rs/uno-migrate), which exports them: this crate is not for direct use.

mod attribute;
mod embed;
mod errors;
mod functions;
mod keys;
mod scan;
mod site;

use proc_macro::TokenStream;

use crate::site::Site;

/// Reads a directory of migrations, proves it and embeds it, all while the application compiles.
///
/// See the crate `uno-migrate`.
#[proc_macro]
pub fn embed_migrations(arguments: TokenStream) -> TokenStream {
    embed::embed(arguments.into(), &Site::of_call()).into()
}

/// Makes a migration of an `async fn` or of a struct.
///
/// See the crate `uno-migrate`.
#[proc_macro_attribute]
pub fn migration(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::migration(arguments.into(), item.into(), &Site::of_call()).into()
}
