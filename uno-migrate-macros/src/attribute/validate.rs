//! Whether arguments, item and place fit together.

use syn::{ExprPath, LitStr};
use uno_migrate_core::{Dependency, MigrationId};

use super::args::Args;
use super::item::Item;
use crate::errors::Errors;
use crate::site::Site;

/// A migration that can be written down; where mistakes were noted, as near to it as possible.
pub(crate) struct Valid {
    pub(crate) item: Item,
    pub(crate) args: Args,
    pub(crate) down: Down,
    /// A file of a directory: `embed_migrations!` refers to it from where the directory is embedded.
    pub(crate) in_directory: bool,
}

/// What takes a migration back.
pub(crate) enum Down {
    /// `down = path`
    Path(ExprPath),
    /// The function `down` beside `up`.
    Sibling,
    /// The trait's `revert`.
    Trait,
    /// Nothing.
    None,
}

pub(crate) fn validate(args: Args, item: Item, site: &Site, errors: &mut Errors) -> Valid {
    let file = site.migration_file();
    let in_directory = args.id.is_none() && (file.is_some() || site.file.is_none());
    match &args.id {
        Some(id) => check_id(id, errors),
        None if !in_directory => errors.add(
            item.name.span(),
            "`id` is missing",
            "write `#[migration(id = \"1616721123_backfill_slugs\")]`; only a file of the migrations directory has its id from its name",
        ),
        None => {}
    }
    check_depends(&args, errors);
    check_empty_tags(&args.tags, errors);
    if in_directory && item.is_function() && item.name != "up" {
        errors.add(item.name.span(), "the migration of a file is called `up`", "rename the function to `up`");
    }
    let has_sibling = file.as_ref().is_none_or(|file| file.has_down);
    let down = down(&args, &item, in_directory, has_sibling, errors);
    Valid { item, args, down, in_directory }
}

fn check_id(id: &LitStr, errors: &mut Errors) {
    if let Err(error) = MigrationId::parse(&id.value()) {
        errors.add(id.span(), &error.to_string(), error.help());
    }
}

fn check_depends(args: &Args, errors: &mut Errors) {
    for (at, depends) in args.depends.iter().enumerate() {
        let text = depends.value();
        if let Err(error) = Dependency::parse(&text) {
            errors.add(depends.span(), &error.to_string(), error.help());
        } else if args.depends[..at].iter().any(|earlier| earlier.value() == text) {
            errors.add(depends.span(), &format!("`{text}` is listed more than once"), "delete one of them");
        } else if args.id.as_ref().is_some_and(|id| id.value() == text) {
            errors.add(depends.span(), &format!("migration `{text}` depends on itself"), "delete this dependency");
        }
    }
}

fn check_empty_tags(tags: &[LitStr], errors: &mut Errors) {
    for tag in tags.iter().filter(|tag| tag.value().trim().is_empty()) {
        errors.add(tag.span(), "the tag is empty", "delete it");
    }
}

fn down(args: &Args, item: &Item, in_directory: bool, has_sibling: bool, errors: &mut Errors) -> Down {
    match (&args.down, &args.irreversible) {
        (Some((key, _)), Some(_)) => {
            errors.add(key.span(), "an irreversible migration has no `down`", "delete `down` or `irreversible`");
            Down::None
        }
        (Some((key, _)), None) if !item.is_function() => {
            errors.add(key.span(), "the way down of a struct is its `revert`", "delete `down`");
            Down::Trait
        }
        (Some((_, path)), None) => Down::Path(path.clone()),
        (None, Some(_)) => Down::None,
        (None, None) if !item.is_function() => Down::Trait,
        (None, None) if args.mentions_way_down => Down::None,
        // Whether a file may do without is a question for `embed_migrations!`.
        (None, None) if in_directory => {
            if has_sibling {
                Down::Sibling
            } else {
                Down::None
            }
        }
        (None, None) => {
            let help = "write `down = path::to::function`, or `irreversible = \"why\"`";
            errors.add(item.name.span(), "nothing takes this migration back", help);
            Down::None
        }
    }
}
