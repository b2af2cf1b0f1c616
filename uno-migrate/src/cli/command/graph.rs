//! Which migration waits for which.

use clap::Args;
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::graph::{Drawing, Graph};
use crate::cli::output::{Answer, Page};
use crate::{Dialect, Migration, Migrator};

#[derive(Debug, Args)]
#[command(
    after_help = "`--format` is mermaid (the default), dot, svg or json. Where a database is named, what is applied there is told \
                        apart from what is pending."
)]
pub(in crate::cli) struct Typed {
    /// Ask no database, even if one is named
    #[arg(long)]
    offline: bool,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = call.migrator()?;
    let database = if typed.offline { None } else { call.any_database()? };
    let graph = match database {
        Some(database) => {
            let (database, missing) = database.only_looking();
            missing.inspect(|missing| call.output.note(missing));
            let status = database.told(on!(database, pool => migrator.status(pool).await))?;
            Graph::new(&migrator.migrations(database.dialect())?, Some(&status))
        }
        None => Graph::new(&of_any_dialect(&migrator)?, None),
    };
    let drawing = match call.common.format {
        Format::Dot => Drawing::Dot,
        Format::Svg => Drawing::Svg,
        Format::Text | Format::Json | Format::Mermaid => Drawing::Mermaid,
    };
    call.output.answer("graph", &Drawn { text: graph.render(drawing), graph }, Exit::Done);
    Ok(Exit::Done)
}

/// As the first database has them that they are valid for.
pub(super) fn of_any_dialect(migrator: &Migrator) -> Result<Vec<Migration>, Failure> {
    let mut first = None;
    for dialect in Dialect::ALL {
        match migrator.migrations(dialect) {
            Ok(migrations) => return Ok(migrations),
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    first.map_or(Ok(Vec::new()), |error| Err(error.into()))
}

#[derive(Serialize)]
struct Drawn {
    #[serde(skip)]
    text: String,
    #[serde(flatten)]
    graph: Graph,
}

impl Answer for Drawn {
    fn text(&self, page: &mut Page) {
        page.line(&self.text);
    }
}
