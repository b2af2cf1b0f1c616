//! Our own command line, as the program `uno-migrate` has it.

use std::process::ExitCode;

use uno_migrate::cli;

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(cli::Directories).await
}
