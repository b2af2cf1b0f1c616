//! The command line inside of the application's own: what `uno-migrate` does, with the Rust migrations that only this
//! binary has.
//!
//! `cargo run --example own_cli -- db status`, with `DATABASE_URL` or `--database-url sqlite:app.db`

use std::process::ExitCode;

use clap::Parser;
use uno_migrate::{Migrations, cli, embed_migrations};

pub static MIGRATIONS: Migrations = embed_migrations!("./migrations");

/// An application
#[derive(Debug, Parser)]
pub enum App {
    /// Serve requests
    Serve,
    /// Migrate the database
    #[command(subcommand)]
    Db(cli::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    start(App::parse()).await
}

pub async fn start(app: App) -> ExitCode {
    match app {
        App::Serve => {
            println!("this is where the application would be");
            ExitCode::SUCCESS
        }
        App::Db(command) => command.run(&MIGRATIONS).await,
    }
}
