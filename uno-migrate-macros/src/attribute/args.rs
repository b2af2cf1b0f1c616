//! What stands in the parentheses of `#[migration(…)]`: read by the attribute, and by `embed_migrations!` for the files
//! of its directory.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{ExprPath, LitBool, LitStr, Path, Result};

use crate::errors::Errors;
use crate::keys::{FUNCTION, Keys, bracketed_list, each_argument, expected, text};

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
    pub(crate) irreversible: Option<LitStr>,
    /// `down` or `irreversible` is there, be its value right or wrong.
    pub(crate) mentions_way_down: bool,
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
            "id" => self.id = Some(text(&key, input)?),
            "name" => self.name = Some(text(&key, input)?),
            "description" => self.description = Some(text(&key, input)?),
            "depends" => self.depends = bracketed_list(input)?,
            "tags" => self.tags = bracketed_list(input)?,
            "version" => self.version = Some(text(&key, input)?),
            "transaction" => self.transaction = Some(expected("`true` or `false`", input)?),
            "down" | "irreversible" => self.way_down(key, input)?,
            "breaking" => self.breaking = Some(text(&key, input)?),
            "before" => self.before = Some(expected(FUNCTION, input)?),
            "after" => self.after = Some(expected(FUNCTION, input)?),
            "checksum" => self.checksum = Some(text(&key, input)?),
            _ => self.krate = Some(expected("a path", input)?),
        }
        Ok(())
    }

    fn way_down(&mut self, key: Ident, input: ParseStream<'_>) -> Result<()> {
        self.mentions_way_down = true;
        if key == "down" {
            self.down = Some((key, expected(FUNCTION, input)?));
        } else {
            self.irreversible = Some(text(&key, input)?);
        }
        Ok(())
    }
}
