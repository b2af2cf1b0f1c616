//! `embed_migrations!`: parse, validate, read and prove, expand.

mod args;
mod coded;
mod expand;
mod levels;
mod model;
mod place;
mod sum;
mod validate;
mod warnings;

use proc_macro2::TokenStream;
use uno_migrate_core::{Problems, key};

use crate::errors::Errors;
use crate::site::Site;

/// The macro, without the compiler.
pub(crate) fn embed(arguments: TokenStream, site: &Site) -> TokenStream {
    let mut errors = Errors::default();
    let written = arguments.to_string();
    let args = args::Args::parse(arguments, &mut errors);
    let request = validate::validate(&args, site, &mut errors);
    let (mut model, mut problems) = (model::Model::default(), Problems::default());
    if errors.is_empty() {
        (model, problems) = model::read(&request, site);
        errors.extend(request.span, &problems);
        sum::report_elsewhere(&model, &problems, site, request.span, &mut errors);
    }
    expand::expand(expand::Embedding {
        args: &args,
        roots: &request.roots,
        model: &model,
        identity: identity(site, &written, &model.index),
        errors: errors.into_tokens(),
        warnings: warnings::tokens(request.span, &problems),
    })
}

/// Tells two sets apart where a third one includes both. It depends on the package, not on where that was built. Within
/// `macro_rules!` the place is that of the definition: where that macro is called, the expansion adds.
fn identity(site: &Site, arguments: &str, index: &[u8]) -> u64 {
    let file = site.file.as_deref().and_then(|file| file.file_name()).unwrap_or_default();
    let place = format!("{} {} {}:{} ", site.package_name, file.to_string_lossy(), site.line, site.column);
    key((place + arguments).as_bytes()).rotate_left(1) ^ key(index)
}

#[cfg(test)]
mod tests;
