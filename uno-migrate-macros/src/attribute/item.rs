//! The item under `#[migration]`, as far as the macro has to know it: bodies are the compiler's business.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, ExprLit, FnArg, GenericParam, Generics, Lit, Meta, Result, ReturnType, Signature, Token, Type,
    Visibility,
};

use crate::errors::Errors;
use crate::functions::Places;

/// The item's head.
pub(crate) struct Item {
    /// The doc comment, joined and trimmed.
    pub(crate) docs: Option<String>,
    /// `#[cfg(…)]`, which decides about what is generated beside the item, too.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    /// Where the compiler is to say what it finds wrong.
    pub(crate) places: Places,
}

/// What can be made of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Function,
    Struct,
    /// A function whose mistakes are noted: code that names it is to find something.
    WrongFunction,
    /// The same for a type.
    WrongType,
}

const SIGNATURE: &str = "write `pub async fn up(ctx: &mut Context<'_>) -> Result<()>`";

impl Item {
    /// Reads the head and notes what is wrong with it; none if the item has no name that could be listed.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Self> {
        let head = (|input: ParseStream<'_>| {
            let head = Self::head(input, errors);
            drop(input.parse::<TokenStream>());
            head
        })
        .parse2(tokens);
        errors.keep(head).flatten()
    }

    fn head(input: ParseStream<'_>, errors: &mut Errors) -> Result<Option<Self>> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let docs = docs(&attributes);
        let cfgs = attributes.into_iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        let item = |kind, name, places| Some(Self { docs, cfgs, visibility, kind, name, places });
        if input.peek(Token![struct]) {
            input.parse::<Token![struct]>()?;
            let name: Ident = input.parse()?;
            let generics: Generics = input.parse()?;
            let is_right = is_unit_struct(input, &name, &generics, errors);
            let kind = if is_right { Kind::Struct } else { Kind::WrongType };
            let places = only_name(&name);
            return Ok(if generics.params.is_empty() { item(kind, name, places) } else { None });
        }
        if let Ok(signature) = input.fork().parse::<Signature>() {
            let kind = if is_migration(&signature, errors) { Kind::Function } else { Kind::WrongFunction };
            let places = places(&signature);
            return Ok(item(kind, signature.ident, places));
        }
        errors.add(input.span(), "`#[migration]` belongs above a function or a struct", SIGNATURE);
        if input.parse::<Option<Token![enum]>>()?.is_some() {
            let name: Ident = input.parse()?;
            let places = only_name(&name);
            return Ok(item(Kind::WrongType, name, places));
        }
        Ok(None)
    }

    pub(crate) fn is_function(&self) -> bool {
        matches!(self.kind, Kind::Function | Kind::WrongFunction)
    }
}

fn only_name(name: &Ident) -> Places {
    Places { name: name.span(), input: name.span(), output: name.span() }
}

fn places(signature: &Signature) -> Places {
    let name = signature.ident.span();
    let input = match signature.inputs.first() {
        Some(FnArg::Typed(context)) => context.ty.span(),
        _ => name,
    };
    let output = match &signature.output {
        ReturnType::Type(_, output) => output.span(),
        ReturnType::Default => name,
    };
    Places { name, input, output }
}

fn is_unit_struct(input: ParseStream<'_>, name: &Ident, generics: &Generics, errors: &mut Errors) -> bool {
    if !generics.params.is_empty() {
        errors.add(generics.span(), "a migration has no generic parameters", &format!("write `pub struct {name};`"));
        return false;
    }
    if !input.peek(Token![;]) {
        let help = format!("write `pub struct {name};` and keep what it needs in constants");
        errors.add(name.span(), "a migration is a struct without fields", &help);
        return false;
    }
    true
}

/// Notes everything that is wrong with a migration's signature.
fn is_migration(signature: &Signature, errors: &mut Errors) -> bool {
    let mut wrong = Errors::default();
    if signature.asyncness.is_none() {
        wrong.add(signature.fn_token.span(), "a migration is an `async` function", "write `async` in front of `fn`");
    }
    let superfluous = [
        signature.constness.map(|token| token.span()),
        signature.unsafety.map(|token| token.span()),
        signature.abi.as_ref().map(Spanned::span),
    ];
    for span in superfluous.into_iter().flatten() {
        wrong.add(span, "a migration is a plain `async` function", SIGNATURE);
    }
    if let Some(parameter) = signature.generics.params.iter().find(|it| !matches!(it, GenericParam::Lifetime(_))) {
        wrong.add(parameter.span(), "a migration has no generic parameters", SIGNATURE);
    }
    let mut inputs = signature.inputs.iter();
    match (inputs.next(), inputs.next()) {
        (None, _) => wrong.add(signature.paren_token.span.join(), "a migration is given the context", SIGNATURE),
        (Some(FnArg::Receiver(receiver)), _) => {
            wrong.add(
                receiver.self_token.span(),
                "a migration is a free function",
                "give it `ctx: &mut Context<'_>` instead of `self`",
            );
        }
        (Some(_), Some(second)) => wrong.add(second.span(), "a migration has one parameter, the context", SIGNATURE),
        (Some(FnArg::Typed(context)), None) => match &*context.ty {
            Type::Reference(reference) if reference.mutability.is_none() => {
                wrong.add(reference.and_token.span(), "the context is borrowed mutably", "write `&mut Context<'_>`");
            }
            _ => {}
        },
    }
    if matches!(signature.output, ReturnType::Default) {
        wrong.add(
            signature.paren_token.span.close(),
            "a migration returns a `Result`",
            "write `-> Result<()>` and end with `Ok(())`",
        );
    }
    let is_right = wrong.is_empty();
    errors.append(wrong);
    is_right
}

/// The lines of the doc comment without the blank that follows each `///`.
fn docs(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<_> =
        lines.flat_map(|text| text.split('\n').map(|line| line.trim().to_owned()).collect::<Vec<_>>()).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
