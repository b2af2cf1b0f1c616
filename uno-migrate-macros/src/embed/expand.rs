//! The value, as tokens: a block that may stand wherever an expression may, constants and statics included.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use uno_migrate_core::{Origin, Root, Unresolved};

use super::args::{Args, Hook};
use super::model::{Item, Model, Module, Text};
use super::sum;
use crate::functions::boxed_path;
use crate::keys::runtime;

/// What the expansion is made of.
pub(crate) struct Embedding<'a> {
    pub(crate) args: &'a Args,
    pub(crate) roots: &'a [Root],
    pub(crate) model: &'a Model,
    /// A number that no other call has, save where one call in `macro_rules!` becomes several.
    pub(crate) identity: u64,
    /// What is wrong, as statements.
    pub(crate) errors: TokenStream,
    /// What can be lived with, as statements.
    pub(crate) warnings: TokenStream,
}

pub(crate) fn expand(embedding: Embedding<'_>) -> TokenStream {
    let Embedding { args, roots, model, identity, errors, warnings } = embedding;
    let Args { rust, include, hooks, namespace, krate, .. } = args;
    let Model { index, ids, texts, modules, coded, unresolved, sum } = model;
    let runtime = &runtime(krate.as_ref());
    let private = &quote!(#runtime::private);

    let proof =
        (errors.is_empty() && !(rust.is_empty() && include.is_empty())).then(|| proof(private, unresolved, include));
    let declarations = modules.iter().map(declaration);
    let (index, ids) = (Literal::byte_string(index), Literal::byte_string(ids));
    let texts = all_texts(texts);
    let coded = coded.iter().map(|item| coded_definition(private, item, &modules[item.module]));
    let listed = rust.iter().map(|path| quote_spanned!(path.span()=> &<#path as #private::Named>::DEFINITION));
    let included = include.iter().map(|path| quote_spanned!(path.span()=> &#path));
    let hooks = hooks.iter().map(|Hook { name, path }| {
        let function = boxed_path(private, path);
        quote!((#name, #function))
    });
    let namespace = match namespace {
        Some(namespace) => quote!(::core::option::Option::Some(#namespace)),
        None => quote!(::core::option::Option::None),
    };
    let watched = (!roots.is_empty()).then(|| sum::watched(sum.as_deref()));
    let roots = roots.iter().filter_map(|root| {
        let (path, shown) = (root.path.to_str()?, &root.shown);
        Some(quote!((#path, #shown)))
    });
    quote! {{
        #errors
        #warnings
        #watched
        #(#declarations)*
        fn cell() -> &'static #private::Cell {
            static CELL: #private::Cell = #private::Cell::new();
            &CELL
        }
        const CODED: &[&#private::Definition] = &[#(#coded),*];
        const LISTED: &[&#private::Definition] = &[#(#listed),*];
        const INCLUDED: &[&#runtime::Migrations] = &[#(#included),*];
        const HOOKS: &[(&::core::primitive::str, #private::Function)] = &[#(#hooks),*];
        const EMBEDDED: #private::Embedded = #private::Embedded {
            identity: #private::identity(
                #identity,
                ::core::concat!(
                    ::core::module_path!(), " ", ::core::file!(), ":", ::core::line!(), ":", ::core::column!()
                ),
            ),
            index: #index,
            ids: #ids,
            texts: #texts,
            coded: CODED,
            listed: LISTED,
            include: INCLUDED,
            hooks: HOOKS,
            namespace: #namespace,
            roots: if ::core::cfg!(debug_assertions) { &[#(#roots),*] } else { &[] },
            cell,
        };
        #proof
        #runtime::Migrations::embedded(EMBEDDED)
    }}
}

/// `pub fn` is what the files are told to write; that nothing else can reach it is no fault of theirs. Nor is it one to
/// embed a directory twice, say in an application and in its tests.
fn declaration(module: &Module) -> TokenStream {
    let Module { name, path } = module;
    let name = Ident::new(name, Span::call_site());
    quote! {
        #[path = #path]
        #[allow(unreachable_pub, clippy::duplicate_mod)]
        mod #name;
    }
}

/// The texts as a slice. Where all of them are what their files say, the compiler is handed the paths and spreads them out
/// by itself, which takes a fraction of the time that token after token takes.
fn all_texts(texts: &[Text]) -> TokenStream {
    if texts.is_empty() || texts.iter().any(|text| text.normalised.is_some()) {
        let texts = texts.iter().map(text);
        return quote!(&[#(#texts),*]);
    }
    let paths: TokenStream = texts.iter().map(|text| TokenTree::Literal(Literal::string(&text.path))).collect();
    quote! {{
        macro_rules! texts {
            ($($path:tt)*) => { &[$(::core::include_str!($path)),*] };
        }
        texts!(#paths)
    }}
}

/// The compiler tracks the file either way: an edit builds the caller anew.
fn text(text: &Text) -> TokenStream {
    let Text { path, normalised } = text;
    match normalised {
        None => quote!(::core::include_str!(#path)),
        Some(text) => quote! {{
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
            #text
        }},
    }
}

fn coded_definition(private: &TokenStream, item: &Item, module: &Module) -> TokenStream {
    let (module, item) = (Ident::new(&module.name, Span::call_site()), Ident::new(&item.name, Span::call_site()));
    quote!(&<#module::#item as #private::Named>::DEFINITION)
}

fn place(Origin { path, location, .. }: &Origin) -> String {
    location.map_or_else(|| path.clone(), |location| format!("{path}:{location}"))
}

/// Ids and dependencies beyond the directory, which only the compiler sees together.
fn proof(private: &TokenStream, unresolved: &[Unresolved], include: &[syn::Path]) -> TokenStream {
    let wanted = unresolved.iter().map(|Unresolved { id, on, origin }| {
        let (id, on) = (id.as_str(), on.to_string());
        let place = origin.as_ref().map(place).unwrap_or_default();
        quote!(#private::Wanted { id: #id, on: #on, place: #place })
    });
    let include = include.iter().map(|path| quote!(#path).to_string().replace(' ', ""));
    quote! {
        const _: () = {
            const COUNT: ::core::primitive::usize = #private::count(&EMBEDDED);
            #private::prove::<COUNT>(&EMBEDDED, &[#(#wanted),*], &[#(#include),*])
        };
    }
}
