//! The `.rs` files of the directory: what the graph has to know about them.

use std::ops::Range;

use proc_macro2::TokenStream;
use syn::LitStr;
use uno_migrate_core::{Coded, Dependency, Info, Options, Origin, Problem, SourceFile, Span};

use crate::attribute::Args;
use crate::errors::Errors;
use crate::scan::{Marked, RustFile, strings_of_depends};

/// What one file holds.
#[derive(Default)]
pub(crate) struct Reading {
    /// The item that carries `#[migration]`, and how it takes part in the graph; none if that cannot be told.
    pub(crate) migration: Option<(String, Coded)>,
    /// What only this macro can see; everything else the compiler and the attribute say in place.
    pub(crate) problems: Vec<Problem>,
}

const SIGNATURE: &str = "write `#[migration] pub async fn up(ctx: &mut Context<'_>) -> Result<()>`";

pub(crate) fn read(source: &SourceFile, options: &Options) -> Reading {
    let file = RustFile::scan(&source.text);
    if file.is_broken {
        return Reading::default();
    }
    let at = |range: &Range<usize>| Origin::at(source.shown.as_str(), &source.text, Span::new(range.clone()));
    let marked = match file.marked.as_slice() {
        [marked] => marked,
        [] => {
            let problem = Problem::at(Origin::file(source.shown.as_str()), "there is no `#[migration]` in the file");
            return Reading { problems: vec![problem.with_help(SIGNATURE)], ..Reading::default() };
        }
        [first, second, ..] => {
            let problem = Problem::at(at(&second.name), "a file holds one migration, and this is the second");
            let problem = problem.with_related("the first one is here", at(&first.name));
            let problems = vec![problem.with_help("move it to a file of its own")];
            return Reading { problems, ..Reading::default() };
        }
    };
    let Ok(tokens) = source.text[marked.arguments.clone()].parse::<TokenStream>() else {
        return Reading::default();
    };
    let args = Args::parse(tokens, &mut Errors::default());
    let mut problems = Vec::new();
    let id = &source.name.id;
    if args.id.as_ref().is_some_and(|given| given.value() != id.as_str()) {
        let problem = Problem::at(at(&marked.arguments), format!("the file's name says that the id is `{id}`"));
        problems.push(problem.with_help("delete `id`, or rename the file"));
    }
    if is_down_missing(source, marked, &args, &file) && !options.missing_down {
        let problem = Problem::at(at(&marked.name), format!("migration `{id}` has no way down"));
        problems.push(problem.with_help(
            "write `pub async fn down(ctx: &mut Context<'_>) -> Result<()>` below it, or `#[migration(irreversible = \"why\")]`",
        ));
    }
    // Of anything else the attribute says that it is no migration.
    let can_be_named = matches!(&source.text[marked.keyword.clone()], "fn" | "struct" | "enum");
    let name = source.text[marked.name.clone()].to_owned();
    let migration = can_be_named.then(|| (name, coded(source, marked, &args, at)));
    Reading { migration, problems }
}

fn is_down_missing(source: &SourceFile, marked: &Marked, args: &Args, file: &RustFile) -> bool {
    let is_function = &source.text[marked.keyword.clone()] == "fn";
    is_function && !args.mentions_way_down && !file.has_down
}

/// A dependency that is none is the attribute's to report.
fn coded(source: &SourceFile, marked: &Marked, args: &Args, at: impl Fn(&Range<usize>) -> Origin) -> Coded {
    let mut info = Info::new(source.name.id.clone());
    let mut depends_at = Vec::new();
    let places = strings_of_depends(&source.text, marked.arguments.clone());
    for (literal, place) in args.depends.iter().zip(&places) {
        if let Ok(dependency) = Dependency::parse(&literal.value()) {
            info.depends.push(dependency);
            depends_at.push(at(place));
        }
    }
    let checksum = args.checksum.as_ref().map(LitStr::value);
    Coded { info, origin: at(&marked.name), depends_at, hooks_at: Vec::new(), checksum }
}
