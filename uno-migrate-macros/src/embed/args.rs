//! What stands in the parentheses of `embed_migrations!(…)`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{ExprPath, LitStr, Path, Result, Token, braced};

use crate::errors::Errors;
use crate::keys::{FUNCTION, Keys, bracketed_list, each_argument, expected, list_in, text};

const KEYS: &[&str] = &[
    "rust",
    "include",
    "dialects",
    "hooks",
    "namespace",
    "missing_down",
    "deny",
    "warn",
    "allow",
    "rules",
    "rules_since",
    "crate",
];

/// The arguments as they were typed.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) paths: Vec<LitStr>,
    pub(crate) rust: Vec<Path>,
    pub(crate) include: Vec<Path>,
    pub(crate) dialects: Option<Vec<LitStr>>,
    pub(crate) hooks: Vec<Hook>,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) missing_down: Option<Ident>,
    pub(crate) deny: Vec<LitStr>,
    pub(crate) warn: Vec<LitStr>,
    pub(crate) allow: Vec<LitStr>,
    pub(crate) rules: Option<LitStr>,
    pub(crate) rules_since: Option<LitStr>,
    pub(crate) krate: Option<Path>,
}

/// `name = path`
pub(crate) struct Hook {
    pub(crate) name: LitStr,
    pub(crate) path: ExprPath,
}

impl Args {
    /// Reads what it can, and notes the rest.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let mut keys = Keys::new(KEYS);
        let parsed = (|input: ParseStream<'_>| {
            each_argument(input, errors, |input| args.argument(&mut keys, input));
            Ok(())
        })
        .parse2(tokens);
        errors.keep(parsed);
        args
    }

    fn argument(&mut self, keys: &mut Keys, input: ParseStream<'_>) -> Result<()> {
        if input.peek(LitStr) {
            self.paths.push(input.parse()?);
            return Ok(());
        }
        let key = keys.next(input)?;
        match key.to_string().as_str() {
            "rust" => self.rust = bracketed_list(input)?,
            "include" => self.include = bracketed_list(input)?,
            "dialects" => self.dialects = Some(bracketed_list(input)?),
            "hooks" => self.hooks = hooks(input)?,
            "namespace" => self.namespace = Some(text(&key, input)?),
            "missing_down" => self.missing_down = Some(expected("`allow`", input)?),
            "deny" => self.deny = bracketed_list(input)?,
            "warn" => self.warn = bracketed_list(input)?,
            "allow" => self.allow = bracketed_list(input)?,
            "rules" => self.rules = Some(text(&key, input)?),
            "rules_since" => self.rules_since = Some(text(&key, input)?),
            _ => self.krate = Some(expected("a path", input)?),
        }
        Ok(())
    }
}

fn hooks(input: ParseStream<'_>) -> Result<Vec<Hook>> {
    let content;
    braced!(content in input);
    list_in(&content)
}

impl Parse for Hook {
    /// A name that is no identifier stands in quotes.
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = if input.peek(LitStr) {
            input.parse()?
        } else {
            let name: Ident = expected("the name of a hook", input)?;
            LitStr::new(&name.to_string(), name.span())
        };
        input.parse::<Token![=]>()?;
        Ok(Self { name, path: expected(FUNCTION, input)? })
    }
}
