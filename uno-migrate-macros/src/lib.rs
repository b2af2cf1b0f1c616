//! The macros of [uno-migrate](https://docs.rs/uno-migrate), which exports them: this crate is not for direct use.

mod attribute;
mod embed;
mod errors;
mod functions;
mod keys;
mod scan;
mod site;

use proc_macro::TokenStream;

use crate::site::Site;

/// Reads a directory of migrations, proves it and embeds it, all while the application compiles.
///
/// ```ignore
/// static MIGRATIONS: Migrations = embed_migrations!("./migrations");
/// ```
///
/// The path is relative to the folder of the package's Cargo.toml. The value may stand wherever an expression may, a
/// `const` or a `static` included. Directories are read recursively; `.sql` files are embedded, and `.rs` files are
/// compiled where they stand.
///
/// # Arguments
/// One path or several, and then, in any order:
///
/// - `rust = [crate::billing::backfill, other_crate::AddUserRoles]`: migrations written in Rust that stand elsewhere.
/// - `include = [other_crate::MIGRATIONS]`: other sets, which keep the namespace that they name.
/// - `dialects = ["postgres", "mysql", "sqlite"]`: the databases that the set is for; else those whose features are
///   enabled.
/// - `hooks = { name = path, "another-name" = path }`: what `BeforeApply:` and the like name in files, each an
///   `async fn(&mut Context<'_>) -> Result<()>`.
/// - `namespace = "billing"`: so that several sets can share one database.
/// - `missing_down = allow`: a migration may do without a way down.
/// - `deny = ["rule", …]`, `warn = […]`, `allow = […]`: what becomes of what a rule finds; `"warnings"` stands for every
///   rule that only warns by itself. `docs/rules.md` lists the rules and their levels.
/// - `rules_since = "ID"`: rules are for this migration and those of later versions; what is older has done what it does.
/// - `rules = "0.1"`: the rules that came with that version. Default: the running one, so that a patch brings none.
/// - `crate = path`: where this library is, if not at `::uno_migrate`.
///
/// # Errors
/// Every mistake in names, ids, dependencies, sections, directives and quoting is a compile error with file, line and
/// column, all of them in one build. Ids and dependencies that reach beyond the directory are checked by constant
/// evaluation (E0080).
///
/// # Integrity
/// Where the first directory holds a `uno.sum`, the set has to be what that file says: a migration that was edited, removed,
/// renamed, inserted or reordered since is a compile error that names it. Begin with an empty file:
/// `UNO_MIGRATE_SUM=write cargo build` writes it, then and after every change that is meant. Without that variable nothing is
/// ever written.
///
/// # Warnings
/// Stable Rust lets a macro warn in one way only: each warning is shown as the use of a deprecated constant that is called
/// like the rule, with file, line and column in its note. So `-D warnings` and `#![deny(deprecated)]` make errors of them
/// (`allow = ["rule"]` is the way out), and `#![allow(deprecated)]` around the call silences them.
///
/// # Limits
/// - Cargo builds anew when an embedded file changes, but it cannot see from here that a file was added: give the package
///   a `build.rs` that prints `cargo::rerun-if-changed=migrations`.
/// - The same goes for a `uno.sum` that appears where there was none.
/// - The compiler finds `.rs` files relative to the calling file, unless the call stands inside `mod name { … }` or
///   `macro_rules!`: there the whole path is used, and panics in these files show it.
#[proc_macro]
pub fn embed_migrations(arguments: TokenStream) -> TokenStream {
    embed::embed(arguments.into(), &Site::of_call()).into()
}

/// Makes a migration of an `async fn` or of a struct.
///
/// In a file of the migrations directory, such as `migrations/1616723456_add_user_profiles.rs`, the function is called
/// `up`, the function `down` beside it takes it back, and the file's name is the id:
///
/// ```ignore
/// /// Creates the profile table. (The doc comment is the description.)
/// #[migration(depends = ["1616721123_create_users_table"], tags = ["auth"])]
/// pub async fn up(ctx: &mut Context<'_>) -> Result<()> {
///     ctx.execute("CREATE TABLE user_profiles (user_id BIGINT PRIMARY KEY)").await.map(drop)
/// }
///
/// pub async fn down(ctx: &mut Context<'_>) -> Result<()> {
///     ctx.execute("DROP TABLE user_profiles").await.map(drop)
/// }
/// ```
///
/// Elsewhere it has an `id`, and is listed in `embed_migrations!("./migrations", rust = [crate::billing::backfill])`:
///
/// ```ignore
/// #[migration(id = "1616724000_backfill", down = undo)]
/// pub async fn backfill(ctx: &mut Context<'_>) -> Result<()> { /* … */ }
///
/// #[migration(id = "1616725000_add_user_roles")]
/// pub struct AddUserRoles;
///
/// impl RustMigration for AddUserRoles { /* apply and revert */ }
/// ```
///
/// A function returns `Result<(), E>` for any `E` that converts into `Box<dyn Error + Send + Sync>`.
///
/// # Keys
/// - `id = "…"`: outside the directory.
/// - `name = "…"`, `description = "…"` (else the doc comment), `tags = ["…"]`, `version = "…"`: what describes it.
/// - `depends = ["…"]`: ids that come first; `namespace:id` for those of another namespace.
/// - `down = path`: the function that takes it back. `irreversible = "why"`: nothing does.
/// - `transaction = false`: it runs outside a transaction.
/// - `before = path`, `after = path`: functions that run around `up`, in its transaction.
/// - `breaking = "why"`: older binaries must not run on the schema that it leaves behind.
/// - `checksum = "…"`: what identifies its content. Without one, a Rust migration is never taken for modified.
/// - `crate = path`: where this library is, if not at `::uno_migrate`.
///
/// # Limits
/// The compiler warns of a migration that nobody lists as of any unused function or struct: not if it is exported.
#[proc_macro_attribute]
pub fn migration(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::migration(arguments.into(), item.into(), &Site::of_call()).into()
}
