//! `uno.sum` is written where somebody asks for it, and watched.
//!
//! A macro that writes into the source tree is a guest who moves the furniture, so this one does it only for who sets
//! `UNO_MIGRATE_SUM=write`, only to this one file, only where there is one already, be it empty, and only in the package that
//! cargo was asked to build. `uno-migrate sum` does it for directories of SQL; `.rs` migrations have to be read as the macro
//! reads them, and a build that fails leaves nothing to run.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use uno_migrate_core::{Problem, Problems, SUM_FILE, Sum, write_sum};

use super::model::Model;
use super::validate::Request;
use crate::errors::Errors;
use crate::site::{SUM_VARIABLE, Site, SumWish};

/// Writes the file of the first directory.
pub(super) fn write(request: &Request, sum: &Sum) -> Result<(), Problem> {
    request.roots.first().map_or(Ok(()), |root| write_sum(root, &sum.to_string()))
}

/// Who asks for a file that is not theirs is told how to get at it.
pub(super) fn report_elsewhere(model: &Model, problems: &Problems, site: &Site, span: Span, errors: &mut Errors) {
    if site.sum == SumWish::WriteElsewhere && model.sum.is_some() && problems.has_errors() {
        let name = &site.package_name;
        let message =
            format!("`{SUM_FILE}` is not written: cargo builds `{name}` because another package depends on it");
        errors.add(span, &message, &format!("build it by its name: `{SUM_VARIABLE}=write cargo build -p {name}`"));
    }
}

/// What makes cargo build anew when the file or the wish to write it changes; nothing of it gets into the binary.
pub(super) fn watched(path: Option<&str>) -> TokenStream {
    let file = path.map(|path| {
        quote!(
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
        )
    });
    quote! {
        const _: ::core::option::Option<&::core::primitive::str> = ::core::option_env!(#SUM_VARIABLE);
        #file
    }
}
