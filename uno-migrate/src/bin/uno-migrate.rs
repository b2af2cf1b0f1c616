//! The command line over directories of SQL migrations: `uno-migrate help`.

use std::process::ExitCode;

use uno_migrate::cli;

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(cli::Directories).await
}
