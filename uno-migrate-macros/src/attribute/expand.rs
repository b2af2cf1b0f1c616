//! The definition beside the item.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{ExprPath, LitStr, Visibility};

use super::args::Args;
use super::item::{Item, Kind};
use super::validate::{Down, Valid};
use crate::functions::{boxed, boxed_path};
use crate::keys::runtime;

/// For a function, a type of the same name, which no code mentions but `rust = […]`; for a struct, the struct itself.
/// Both implement `Named`, so that one path names either.
pub(crate) fn definition(valid: &Valid) -> TokenStream {
    let Valid { item, args, down, in_directory } = valid;
    let Item { docs, cfgs, visibility, kind, name, places } = item;
    let Args {
        id,
        name: title,
        description,
        depends,
        tags,
        version,
        transaction,
        down: _,
        irreversible,
        mentions_way_down: _,
        breaking,
        before,
        after,
        checksum,
        krate,
    } = args;
    let runtime = runtime(krate.as_ref());
    let private = quote!(#runtime::private);

    let (id, title, version) = (option(id.as_ref()), option(title.as_ref()), option(version.as_ref()));
    let written = description.as_ref().map(LitStr::value).or_else(|| docs.clone());
    let description = option(written.as_ref());
    let (irreversible, breaking) = (option(irreversible.as_ref()), option(breaking.as_ref()));
    let transaction = transaction.as_ref().is_none_or(|literal| literal.value);
    let hook = |path: &Option<ExprPath>| option(path.as_ref().map(|path| boxed_path(&private, path)).as_ref());
    let (before, after) = (hook(before), hook(after));
    // With their own span, a missing implementation would be said a second time, at the attribute.
    let runtime_at_name: TokenStream = runtime.clone().into_iter().map(|token| at(token, name.span())).collect();
    let trait_method = |method: &str| {
        let method = Ident::new(method, Span::call_site());
        quote_spanned!(name.span()=> |ctx| ::std::boxed::Box::pin(#runtime_at_name::RustMigration::#method(&#name, ctx)))
    };
    let nothing = || quote!(|_| ::std::boxed::Box::pin(async { ::core::result::Result::Ok(()) }));
    let up = match kind {
        Kind::Function => boxed(&private, name, *places),
        Kind::Struct => trait_method("apply"),
        Kind::WrongFunction | Kind::WrongType => nothing(),
    };
    let down = match down {
        _ if matches!(kind, Kind::WrongFunction | Kind::WrongType) => None,
        Down::Path(path) => Some(boxed_path(&private, path)),
        Down::Sibling => Some(boxed(&private, &Ident::new("down", name.span()), *places)),
        Down::Trait => Some(trait_method("revert")),
        Down::None => None,
    };
    let down = option(down.as_ref());
    let checksum = match (checksum, kind) {
        (Some(checksum), _) => quote!(|| ::core::option::Option::Some(::std::string::String::from(#checksum))),
        (None, Kind::Struct) => quote_spanned!(name.span()=> || #runtime_at_name::RustMigration::checksum(&#name)),
        (None, _) => quote!(|| ::core::option::Option::None),
    };

    // Generated names have generated spans: lints about the item are said once, at the item.
    let generated = Ident::new(&name.to_string(), Span::call_site());
    let public = Visibility::Public(syn::Token![pub](Span::call_site()));
    let visibility = if *in_directory { &public } else { visibility };
    let named = item.is_function().then(|| {
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #visibility enum #generated {}
        }
    });
    quote! {
        #named
        #(#cfgs)*
        #[automatically_derived]
        impl #private::Named for #generated {
            const DEFINITION: #private::Definition = #private::Definition {
                id: #id,
                name: #title,
                description: #description,
                depends: &[#(#depends),*],
                tags: &[#(#tags),*],
                version: #version,
                transaction: #transaction,
                irreversible: #irreversible,
                breaking: #breaking,
                before: #before,
                after: #after,
                checksum: #checksum,
                file: ::core::file!(),
                line: ::core::line!(),
                up: #up,
                down: #down,
            };
        }
    }
}

fn option(value: Option<&impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn at(mut token: TokenTree, span: Span) -> TokenTree {
    token.set_span(span);
    token
}
