//! What stands in the parentheses of `embed_migrations!(…)`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{ExprPath, LitStr, Path, Result, Token, braced};

use crate::errors::Errors;
use crate::keys::{Keys, bracketed_list, each_argument, text};

const KEYS: &[&str] = &["rust", "include", "dialects", "hooks", "namespace", "missing_down", "crate"];

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
            self.paths.push(text(input)?);
            return Ok(());
        }
        let key = keys.next(input)?;
        match key.to_string().as_str() {
            "rust" => self.rust = bracketed_list(input)?,
            "include" => self.include = bracketed_list(input)?,
            "dialects" => self.dialects = Some(bracketed_list(input)?),
            "hooks" => self.hooks = hooks(input)?,
            "namespace" => self.namespace = Some(text(input)?),
            "missing_down" => self.missing_down = Some(input.parse()?),
            _ => self.krate = Some(input.parse()?),
        }
        Ok(())
    }
}

fn hooks(input: ParseStream<'_>) -> Result<Vec<Hook>> {
    let content;
    braced!(content in input);
    Ok(Punctuated::<Hook, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

impl Parse for Hook {
    /// A name that is no identifier stands in quotes.
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = if input.peek(LitStr) {
            text(input)?
        } else {
            let name: Ident = input.parse()?;
            LitStr::new(&name.to_string(), name.span())
        };
        input.parse::<Token![=]>()?;
        Ok(Self { name, path: input.parse()? })
    }
}
