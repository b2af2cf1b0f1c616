//! A project of another tool becomes one of ours.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Source;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::import::{self, Failed, Import, Imported, Tool};
use crate::cli::output::{Answer, Page};
use crate::{Dialect, Directory, Migrator};

#[derive(Debug, Args)]
#[command(
    after_help = "The originals stay as they are, and nothing is run. What could not be carried over is listed, with what to do. \
                        Asked again, it goes on where it stopped, and changes nothing that is done."
)]
pub(in crate::cli) struct Typed {
    /// sqlx, refinery, diesel, sea-orm, goose, dbmate, golang-migrate, flyway or uno [default: found out]
    #[arg(long, value_name = "TOOL")]
    from: Option<Tool>,
    /// The tool's directory of migrations [default: where such tools have it]
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
    /// The tool's table, where it has another name than usual
    #[arg(long, value_name = "TABLE")]
    source_table: Option<String>,
    /// Convert the files for this database, and ask none
    #[arg(long, value_name = "DATABASE", value_parser = super::dialect)]
    files_for: Option<Dialect>,
    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Where tools have their migrations.
const USUAL: [&str; 4] = ["migrations", "db/migrations", "migration/src", "src/main/resources/db/migration"];

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let source = match &typed.source {
        Some(source) => source.clone(),
        None => usual(call)?,
    };
    let target = match call.common.directories.as_slice() {
        [] if is_same(&source, Path::new("migrations")) => PathBuf::from("migrations-uno"),
        [] => PathBuf::from("migrations"),
        [one] => one.clone(),
        _ => return Err(Failure::usage("several directories are given").help("name the one that the files go into")),
    };
    let mut order = Import {
        from: typed.from,
        source: &source,
        target: &target,
        dialect: Dialect::Postgres,
        table: typed.source_table.as_deref(),
        history: call.common.table.as_deref(),
        is_compiled: matches!(call.source, Source::Compiled(_)),
        is_dry: typed.dry_run,
    };
    let imported = match typed.files_for {
        Some(dialect) => {
            order.dialect = dialect;
            import::import_files(&order)?
        }
        None => {
            let database = call.database()?.existing()?;
            order.dialect = database.dialect();
            let migrator = match &call.source {
                Source::Compiled(migrator) => (**migrator).clone(),
                Source::Directories => Migrator::new(Directory::new([&target])),
            };
            let migrator = call.configured(migrator);
            let imported = on!(database, pool => import::import(&order, &migrator, pool).await);
            database.told(imported)?
        }
    };
    let exit = if imported.is_complete() { Exit::Done } else { Exit::Failed };
    call.output.answer("import", &imported, exit);
    Ok(exit)
}

fn usual(call: &Call) -> Result<PathBuf, Failure> {
    let is_target = |path: &Path| call.common.directories.iter().any(|directory| is_same(directory, path));
    let there: Vec<PathBuf> = USUAL.iter().map(PathBuf::from).filter(|path| path.is_dir()).collect();
    let found = there.iter().find(|path| !is_target(path)).or(there.first());
    found.cloned().ok_or_else(|| {
        Failure::usage("the other tool's migrations are in none of the usual places")
            .help("name their directory with `--source`")
    })
}

fn is_same(one: &Path, other: &Path) -> bool {
    let plain = |path: &Path| path.components().filter(|part| part.as_os_str() != ".").collect::<PathBuf>();
    plain(one) == plain(other)
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(refusal) => refusal.into(),
            Failed::Library(error) => error.into(),
        }
    }
}

impl Answer for Imported {
    fn text(&self, page: &mut Page) {
        page.line(self);
    }
}
