//! Whether the arguments make sense, before any file is read.

use proc_macro2::Span;
use syn::LitStr;
use uno_migrate_core::{Dialect, Integrity, Options, Root};

use super::args::Args;
use super::levels;
use crate::errors::Errors;
use crate::keys::list;
use crate::site::{SUM_VARIABLE, Site, SumWish};

/// What is to be read.
pub(crate) struct Request {
    pub(crate) roots: Vec<Root>,
    pub(crate) options: Options,
    /// Where mistakes in files are said.
    pub(crate) span: Span,
}

const MAX_NAMESPACE_BYTES: usize = 63;

pub(crate) fn validate(args: &Args, site: &Site, errors: &mut Errors) -> Request {
    if args.paths.is_empty() && args.rust.is_empty() && args.include.is_empty() && errors.is_empty() {
        let help = "write `embed_migrations!(\"./migrations\")`; the path is relative to the folder of Cargo.toml";
        errors.add(Span::call_site(), "the path of the migrations is missing", help);
    }
    for path in args.paths.iter().filter(|path| path.value().trim().is_empty()) {
        errors.add(path.span(), "the path is empty", "write `\".\"` for the folder of Cargo.toml");
    }
    if let Some(namespace) = &args.namespace {
        check_namespace(namespace, errors);
    }
    if let Some(value) = args.missing_down.as_ref().filter(|value| *value != "allow") {
        errors.add(value.span(), &format!("expected `allow`, found `{value}`"), "write `missing_down = allow`");
    }
    for (at, hook) in args.hooks.iter().enumerate() {
        let name = hook.name.value();
        if args.hooks[..at].iter().any(|earlier| earlier.name.value() == name) {
            errors.add(hook.name.span(), &format!("hook `{name}` specified more than once"), "delete one of them");
        }
    }
    let options = Options {
        dialects: dialects(args, errors),
        missing_down: args.missing_down.is_some(),
        hooks: Some(args.hooks.iter().map(|hook| hook.name.value()).collect()),
        namespace: args.namespace.as_ref().map(LitStr::value).unwrap_or_default(),
        open: !args.rust.is_empty() || !args.include.is_empty(),
        foreign: false,
        checks: levels::checks(args, errors),
        integrity: if site.sum == SumWish::Write { Integrity::Renewed } else { Integrity::Enforced },
    };
    if let SumWish::Unknown(value) = &site.sum {
        let message = format!("the environment says `{SUM_VARIABLE}={value}`, and only `write` has a meaning");
        errors.add(Span::call_site(), &message, "unset it, or set it to `write`");
    }
    let roots = args.paths.iter().map(|path| root(&path.value(), site)).collect();
    Request { roots, options, span: args.paths.first().map_or_else(Span::call_site, LitStr::span) }
}

fn check_namespace(namespace: &LitStr, errors: &mut Errors) {
    let text = namespace.value();
    if text.contains('\0') {
        errors.add(namespace.span(), "the namespace contains NUL", "delete it");
    }
    if text.len() > MAX_NAMESPACE_BYTES {
        let message = format!("the namespace has {} bytes; {MAX_NAMESPACE_BYTES} are the most", text.len());
        errors.add(namespace.span(), &message, "choose a shorter one");
    }
}

/// As listed, else as the features say: they arrive here through the runtime crate's. Without files none is needed.
fn dialects(args: &Args, errors: &mut Errors) -> Vec<Dialect> {
    let enabled = [
        (cfg!(feature = "postgres"), Dialect::Postgres),
        (cfg!(feature = "mysql"), Dialect::MySql),
        (cfg!(feature = "sqlite"), Dialect::Sqlite),
    ];
    let Some(listed) = &args.dialects else {
        let enabled: Vec<_> =
            enabled.into_iter().filter_map(|(is_enabled, dialect)| is_enabled.then_some(dialect)).collect();
        if enabled.is_empty() && !args.paths.is_empty() {
            let help = "in Cargo.toml, write `uno-migrate = { version = \"…\", features = [\"postgres\"] }`, or `mysql`, or `sqlite`";
            errors.add(Span::call_site(), "no database is enabled", help);
        }
        return enabled;
    };
    if listed.is_empty() {
        errors.add(Span::call_site(), "`dialects` is empty", "list at least one, or delete the key");
    }
    let mut dialects = Vec::new();
    for literal in listed {
        let name = literal.value();
        match Dialect::from_name(&name) {
            Some(dialect) if dialects.contains(&dialect) => {
                errors.add(literal.span(), &format!("`{name}` is listed more than once"), "delete one of them");
            }
            Some(dialect) => dialects.push(dialect),
            None => {
                let help = format!("expected one of {}", list(&Dialect::ALL.map(Dialect::name)));
                errors.add(literal.span(), &format!("unknown dialect `{name}`"), &help);
            }
        }
    }
    dialects
}

/// Shown relative to the package, as `migrations` for `./migrations/`.
fn root(path: &str, site: &Site) -> Root {
    let parts = path.split(['/', std::path::MAIN_SEPARATOR]).filter(|part| !matches!(*part, "" | "."));
    let absolute = if path.starts_with('/') { "/" } else { "" };
    let shown = format!("{absolute}{}", parts.collect::<Vec<_>>().join("/"));
    Root { path: site.in_package(&shown), shown }
}
