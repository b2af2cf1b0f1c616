//! What a file name says: id, dialect and language, or how the file should have been called.

use crate::id::{IdError, is_version};
use crate::{Dialect, MigrationId, SUM_FILE};

/// A file name that fits: `<version>_<name>.sql`, `V<version>__<name>.sql`, `<id>.<dialect>.sql` or `<id>.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// `<version>_<name>`, also for a file called `V<version>__<name>`.
    pub id: MigrationId,
    /// The dialect it is a variant for.
    pub dialect: Option<Dialect>,
    /// What it is written in.
    pub language: Language,
}

/// What a migration is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// A `.sql` file.
    Sql,
    /// A `.rs` file.
    Rust,
}

/// Why a file name does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) message: String,
    pub(crate) help: String,
    /// The id that was probably meant: what depends on it is no second mistake.
    pub(crate) meant: Option<MigrationId>,
}

/// Stands in for a version that cannot be guessed.
const SOME_VERSION: &str = "1616721123";
const SOME_NAME: &str = "create_users";

/// Hidden files and `README*` are no migrations and no mistakes.
pub(crate) fn is_skipped(name: &str) -> bool {
    let is_readme = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("readme"));
    name.starts_with('.') || is_readme
}

impl FileName {
    pub(crate) fn parse(name: &str) -> Result<Self, Misfit> {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let extension_in_lower_case = extension.to_ascii_lowercase();
        let language = match extension_in_lower_case.as_str() {
            "sql" => Language::Sql,
            "rs" => Language::Rust,
            _ => return Err(stray(name)),
        };
        let (base, dialect) = match stem.rsplit_once('.') {
            Some((base, variant)) => match variant_of(variant) {
                Variant::Is(_) | Variant::Means(_) if language == Language::Rust => return Err(for_all(name, base)),
                Variant::Is(dialect) => (base, Some(dialect)),
                Variant::Means(dialect) => {
                    return Err(Misfit::renamed(name, &format!("{base}.{dialect}.sql"), meant(base)));
                }
                Variant::Direction => return Err(two_files(name, base)),
                Variant::Unknown if matches!(id_of(base), Some(Ok(_))) => return Err(no_dialect(name, base, variant)),
                Variant::Unknown => (stem, None),
            },
            None => (stem, None),
        };
        let suffix = dialect.map(|dialect| format!(".{dialect}")).unwrap_or_default();
        match id_of(base) {
            Some(Ok(id)) if extension == extension_in_lower_case => Ok(Self { id, dialect, language }),
            Some(Ok(id)) => Err(Misfit::renamed(name, &format!("{base}{suffix}.{extension_in_lower_case}"), Some(id))),
            Some(Err(error)) => Err(Misfit { message: error.to_string(), help: error.help().to_owned(), meant: None }),
            None if matches!(base, "up" | "down" | "migration") => Err(own_folder(name)),
            None if matches!(name, "mod.rs" | "lib.rs" | "main.rs") => Err(stray(name)),
            None if base.starts_with("R__") => Err(repeatable(name)),
            None if base.starts_with('U') && meant(&base[1..]).is_some() => Err(two_files(name, &base[1..])),
            None => {
                let likely = likely_id(base);
                Err(Misfit::renamed(name, &format!("{likely}{suffix}.{extension_in_lower_case}"), meant(base)))
            }
        }
    }
}

enum Variant {
    Is(Dialect),
    Means(Dialect),
    Direction,
    Unknown,
}

fn variant_of(text: &str) -> Variant {
    if let Some(dialect) = Dialect::from_name(text) {
        return Variant::Is(dialect);
    }
    match text.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" | "pg" | "pgsql" => Variant::Means(Dialect::Postgres),
        "mysql" | "mariadb" | "maria" => Variant::Means(Dialect::MySql),
        "sqlite" | "sqlite3" => Variant::Means(Dialect::Sqlite),
        "up" | "down" | "do" | "undo" => Variant::Direction,
        _ => Variant::Unknown,
    }
}

/// The id that a file's base name spells; none if it does not spell one.
fn id_of(base: &str) -> Option<Result<MigrationId, IdError>> {
    let spelt = match base.strip_prefix('V').and_then(|rest| rest.split_once("__")) {
        Some((version, name)) => format!("{version}_{name}"),
        None => base.to_owned(),
    };
    Some(MigrationId::parse(&spelt)).filter(|id| !id.as_ref().is_err_and(IdError::is_about_form))
}

/// The id that was meant, where the name leaves no doubt about the version.
fn meant(base: &str) -> Option<MigrationId> {
    let likely = likely_id(base);
    let is_guess = likely.starts_with(SOME_VERSION) && !base.contains(SOME_VERSION) || likely.ends_with("_<name>");
    if is_guess { None } else { MigrationId::parse(&likely).ok() }
}

/// The nearest name that fits: `0001-foo` becomes `0001_foo`, `2024-01-31_foo` becomes `20240131_foo`.
fn likely_id(base: &str) -> String {
    let base = base.strip_prefix(['V', 'v', 'U']).filter(|rest| starts_with_digit(rest)).unwrap_or(base);
    let (version, name) = split_date(base).unwrap_or_else(|| {
        let digits = base.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(base.len());
        (base[..digits].to_owned(), &base[digits..])
    });
    let version = if version.is_empty() { SOME_VERSION.to_owned() } else { version };
    let words: Vec<_> =
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        _ if !name.is_ascii() => format!("{version}_<name>"),
        [] => format!("{version}_<name>"),
        words => format!("{version}_{}", words.join("_")),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit())
}

/// A date with dashes in front of `_` is one version.
fn split_date(base: &str) -> Option<(String, &str)> {
    let (date, name) = base.split_once('_')?;
    let is_date = date.contains('-') && date.split('-').all(is_version);
    is_date.then(|| (date.replace('-', ""), name))
}

impl Misfit {
    fn renamed(name: &str, better: &str, meant: Option<MigrationId>) -> Self {
        let help = if better.contains("<name>") {
            format!("a migration is named `<version>_<name>.sql`, such as `{SOME_VERSION}_{SOME_NAME}.sql`")
        } else {
            let form = if better.ends_with(".rs") { "<version>_<name>.rs" } else { "<version>_<name>.sql" };
            let form = match better.split('.').nth(1).and_then(Dialect::from_name) {
                Some(dialect) => format!("<version>_<name>.{dialect}.sql"),
                None => form.to_owned(),
            };
            format!("a migration is named `{form}`, such as `{better}`")
        };
        Self { message: format!("the file name `{name}` does not fit"), help, meant }
    }
}

fn stray(name: &str) -> Misfit {
    Misfit {
        message: format!("`{name}` is no migration"),
        help: format!(
            "move it elsewhere; this directory holds migrations (`<version>_<name>.sql` or `.rs`), \
             `README` files, `{SUM_FILE}` and hidden files"
        ),
        meant: None,
    }
}

fn two_files(name: &str, base: &str) -> Misfit {
    let likely = likely_id(base);
    Misfit {
        message: format!("`{name}` is one direction of a migration in a file of its own"),
        help: format!(
            "write both directions into `{likely}.sql`, with a line `-- DOWN` between them; `uno-migrate import` does it"
        ),
        meant: meant(base),
    }
}

fn for_all(name: &str, base: &str) -> Misfit {
    Misfit {
        message: format!("the file name `{name}` does not fit"),
        help: format!("a Rust migration serves every database: name it `{base}.rs`, and let it ask `ctx.dialect()`"),
        meant: meant(base),
    }
}

fn no_dialect(name: &str, base: &str, variant: &str) -> Misfit {
    let nearest = Dialect::ALL.into_iter().find(|known| strsim::damerau_levenshtein(known.name(), variant) <= 2);
    Misfit {
        message: format!("`{variant}` in the file name `{name}` is no database"),
        help: match nearest {
            Some(dialect) => format!("rename the file to `{base}.{dialect}.sql`"),
            None => format!("it is `postgres`, `mysql` or `sqlite`; a file for every database is named `{base}.sql`"),
        },
        meant: meant(base),
    }
}

fn own_folder(name: &str) -> Misfit {
    Misfit {
        message: format!("the file name `{name}` does not fit"),
        help: format!(
            "a migration is one file, such as `{SOME_VERSION}_{SOME_NAME}.sql`, not a folder; \
             `uno-migrate import` turns folders into files"
        ),
        meant: None,
    }
}

fn repeatable(name: &str) -> Misfit {
    Misfit {
        message: format!("`{name}` is a repeatable migration, and every migration here runs once"),
        help: format!("give it a version, such as `{SOME_VERSION}_{}`", name.trim_start_matches("R__")),
        meant: None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn parsed(name: &str) -> String {
        let name = FileName::parse(name).unwrap();
        format!("{} {:?} {:?}", name.id, name.language, name.dialect)
    }

    #[test]
    fn names_that_fit() {
        assert_eq!(parsed("1616721123_create_users.sql"), "1616721123_create_users Sql None");
        assert_eq!(parsed("V007__bond.sql"), "007_bond Sql None");
        assert_eq!(parsed("V007___bond.sql"), "007__bond Sql None");
        assert_eq!(parsed("0001_a-b.postgres.sql"), "0001_a-b Sql Some(Postgres)");
        assert_eq!(parsed("V1__a.mysql.sql"), "1_a Sql Some(MySql)");
        assert_eq!(parsed("0001_a.sqlite.sql"), "0001_a Sql Some(Sqlite)");
        assert_eq!(parsed("0001_a.rs"), "0001_a Rust None");
    }

    #[test]
    fn what_is_passed_over() {
        for name in [".gitkeep", ".0001_a.sql.swp", "README", "README.md", "readme.txt"] {
            assert!(is_skipped(name), "{name}");
        }
        for name in ["READ.sql", "sum", "0001_readme.sql"] {
            assert!(!is_skipped(name), "{name}");
        }
    }

    #[test]
    fn names_that_do_not_fit_say_what_would() {
        let mut said = String::new();
        for name in [
            "create_users.sql",
            "0001-foo.sql",
            "0001_foo bar.sql",
            "0001.sql",
            "2024-01-31-120000_create_posts.sql",
            "v12__a.sql",
            "V12_a.sql",
            "V1.2__a.sql",
            "0001_a.SQL",
            "0001_a.pg.sql",
            "0001_a.MySQL.sql",
            "0001_a.oracle.sql",
            "0001_a.postgre.sql",
            "0001_a.up.sql",
            "0001_a.down.sql",
            "U1__a.sql",
            "R__view.sql",
            "up.sql",
            "mod.rs",
            "0001_a.postgres.rs",
            "schema.prisma",
            "0001_a.sql~",
            "Makefile",
            "über.sql",
        ] {
            let misfit = FileName::parse(name).unwrap_err();
            let meant = misfit.meant.map(|id| format!("\n  meant: {id}")).unwrap_or_default();
            writeln!(said, "{}\n  help: {}{meant}", misfit.message, misfit.help).unwrap();
        }
        insta::assert_snapshot!(said);
    }
}
