//! What stands in the parentheses of `#[migration(…)]`: read by the attribute, and by `embed_migrations!` for the files
//! of its directory.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{ExprPath, LitBool, LitStr, Path, Result};

use crate::errors::Errors;
use crate::keys::{Keys, bracketed_list, each_argument, text};

const KEYS: &[&str] = &[
    "id",
    "name",
    "description",
    "depends",
    "tags",
    "version",
    "transaction",
    "down",
    "irreversible",
    "breaking",
    "before",
    "after",
    "checksum",
    "crate",
];

/// The arguments as they were typed.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) id: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) depends: Vec<LitStr>,
    pub(crate) tags: Vec<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) transaction: Option<LitBool>,
    pub(crate) down: Option<(Ident, ExprPath)>,
    pub(crate) irreversible: Option<(Ident, LitStr)>,
    pub(crate) breaking: Option<LitStr>,
    pub(crate) before: Option<ExprPath>,
    pub(crate) after: Option<ExprPath>,
    pub(crate) checksum: Option<LitStr>,
    pub(crate) krate: Option<Path>,
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
        let key = keys.next(input)?;
        match key.to_string().as_str() {
            "id" => self.id = Some(text(input)?),
            "name" => self.name = Some(text(input)?),
            "description" => self.description = Some(text(input)?),
            "depends" => self.depends = bracketed_list(input)?,
            "tags" => self.tags = bracketed_list(input)?,
            "version" => self.version = Some(text(input)?),
            "transaction" => self.transaction = Some(input.parse()?),
            "down" => self.down = Some((key, input.parse()?)),
            "irreversible" => self.irreversible = Some((key, text(input)?)),
            "breaking" => self.breaking = Some(text(input)?),
            "before" => self.before = Some(input.parse()?),
            "after" => self.after = Some(input.parse()?),
            "checksum" => self.checksum = Some(text(input)?),
            _ => self.krate = Some(input.parse()?),
        }
        Ok(())
    }

    /// Where the way down is spoken of, if anywhere.
    pub(crate) fn down_key(&self) -> Option<Span> {
        let down = self.down.as_ref().map(|(key, _)| key.span());
        down.or(self.irreversible.as_ref().map(|(key, _)| key.span()))
    }
}
