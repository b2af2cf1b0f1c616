//! The ways in which an application comes to have its migrations.

use std::path::Path;
use std::{fs, io};

use uno_migrate_bench_workload::Migration;

/// A way, with the features that it has beside `postgres`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embedding {
    /// `include_str!` for each file, with its name.
    IncludeStr,
    Sqlx,
    /// Without the ways down.
    SqlxUp,
    Refinery,
    Diesel,
    /// uno-migrate with these features.
    Ours(&'static [&'static str]),
    /// The same, with a current `uno.sum`.
    OursSummed(&'static [&'static str]),
    /// The drivers that uno-migrate uses, without it: what an application has anyway.
    Drivers,
}

use Embedding::{Diesel, Drivers, IncludeStr, Ours, OursSummed, Refinery, Sqlx, SqlxUp};

impl Embedding {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [
            IncludeStr,
            Sqlx,
            SqlxUp,
            Ours(&["postgres"]),
            Ours(&["postgres", "check"]),
            Ours(&["postgres", "lint"]),
            OursSummed(&["postgres", "lint"]),
            Ours(&["sqlite", "check-sqlite"]),
            OursSummed(&["sqlite", "check-sqlite"]),
            Ours(&["postgres", "sqlite"]),
            Diesel,
            Refinery,
        ]
        .into_iter()
    }

    /// Those whose clean build is measured.
    pub(crate) fn clean() -> impl Iterator<Item = Self> {
        let ours = [
            Ours(&["postgres"]),
            Ours(&["postgres", "check"]),
            Ours(&["postgres", "lint"]),
            Ours(&["postgres", "check-sqlite"]),
        ];
        [Drivers, Sqlx].into_iter().chain(ours)
    }

    /// As tables call it.
    pub(crate) fn name(self) -> String {
        match self {
            IncludeStr => "include_str!".to_owned(),
            Sqlx => "sqlx::migrate!".to_owned(),
            SqlxUp => "sqlx::migrate!, no way down".to_owned(),
            Refinery => "refinery".to_owned(),
            Diesel => "diesel".to_owned(),
            Ours(features) => format!("uno-migrate, {}", features.join(" + ")),
            OursSummed(features) => format!("uno-migrate, {}, uno.sum", features.join(" + ")),
            Drivers => "sqlx without migrations".to_owned(),
        }
    }

    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Ours(_) | OursSummed(_))
    }

    pub(crate) fn has_sum(self) -> bool {
        matches!(self, OursSummed(_))
    }

    pub(crate) fn is_slow_when_optimised(self) -> bool {
        self == Refinery
    }

    /// The dependencies, in the manifest's form.
    pub(crate) fn dependencies(self, root: &Path) -> String {
        let sqlx = |features: &str| {
            format!(
                "sqlx = {{ version = \"0.9\", default-features = false, features = [\"postgres\", \"runtime-tokio\"{features}] }}\n"
            )
        };
        match self {
            IncludeStr => String::new(),
            Sqlx | SqlxUp => sqlx(", \"migrate\", \"macros\""),
            Drivers => sqlx(""),
            Refinery => "refinery = { version = \"0.10\", default-features = false, features = [\"tokio-postgres\"] }\n".to_owned(),
            Diesel => "diesel = { version = \"2\", default-features = false, features = [\"postgres\"] }\ndiesel_migrations = \"2\"\n"
                .to_owned(),
            Ours(features) | OursSummed(features) => format!(
                "uno-migrate = {{ path = {:?}, default-features = false, features = {features:?} }}\n",
                root.join("uno-migrate")
            ),
        }
    }

    /// The library that embeds.
    pub(crate) fn library(self, count: usize) -> String {
        let value = match self {
            IncludeStr => {
                let file =
                    |each: Migration| format!("    ({0:?}, include_str!(\"../migrations/{0}.sql\")),\n", each.id());
                let each: String = Migration::first(count).map(file).collect();
                return format!("pub static MIGRATIONS: &[(&str, &str)] = &[\n{each}];\n");
            }
            Drivers => return "pub use sqlx::PgPool as MIGRATIONS;\n".to_owned(),
            Refinery => {
                return "refinery::embed_migrations!(\"migrations\");\n\npub use migrations::runner as MIGRATIONS;\n"
                    .to_owned();
            }
            Sqlx | SqlxUp => "sqlx::migrate::Migrator = sqlx::migrate!(\"./migrations\")",
            Diesel => "diesel_migrations::EmbeddedMigrations = diesel_migrations::embed_migrations!(\"migrations\")",
            Ours(_) | OursSummed(_) => "uno_migrate::Migrations = uno_migrate::embed_migrations!(\"migrations\")",
        };
        format!("pub static MIGRATIONS: {value};\n")
    }

    /// The program, which has to have all of it.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Drivers => "fn main() {\n    std::hint::black_box(application::MIGRATIONS::connect(\"\"));\n}\n",
            Refinery => "fn main() {\n    std::hint::black_box(application::MIGRATIONS());\n}\n",
            _ => "fn main() {\n    std::hint::black_box(&application::MIGRATIONS);\n}\n",
        }
    }

    /// Writes the files of one migration, and gives the bytes in them that end up in the program.
    pub(crate) fn write(self, directory: &Path, each: Migration, more: usize) -> io::Result<usize> {
        let write = |name: String, text: String| {
            let path = directory.join(name);
            fs::create_dir_all(path.parent().unwrap_or(directory))?;
            fs::write(path, &text).map(|()| text.len())
        };
        let (id, up) = (each.id(), Migration { rows: more, ..each }.up());
        let sum = |a: io::Result<usize>, b: io::Result<usize>| Ok(a? + b?);
        match self {
            Drivers => Ok(0),
            IncludeStr | Ours(_) | OursSummed(_) => {
                write(format!("{id}.sql"), format!("{up}\n-- DOWN\n\n{}", each.down()))
            }
            SqlxUp => write(format!("{id}.sql"), up),
            Sqlx => sum(write(format!("{id}.up.sql"), up), write(format!("{id}.down.sql"), each.down())),
            Refinery => write(format!("V{}__create_table.sql", each.number), up),
            Diesel => sum(write(format!("{id}/up.sql"), up), write(format!("{id}/down.sql"), each.down())),
        }
    }
}
