//! The command line in its forms, by the name that it is started under.

#![allow(dead_code, reason = "the example's `main` is not called here")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use uno_migrate::{Context, Migrations, Result, cli, embed_migrations, migration};

#[path = "../../../examples/own_cli.rs"]
mod own_cli;

/// A set with a migration that takes its time.
static SLOW: Migrations = embed_migrations!(rust = [fill]);

/// A set that the macro has let pass what it would not by itself.
static LEVELLED: Migrations = embed_migrations!(
    "./tests/fixtures/levelled",
    dialects = ["sqlite"],
    missing_down = allow,
    allow = ["drop-column"]
);

/// Works through rows in batches.
#[migration(id = "1_fill", irreversible = "it is a test")]
async fn fill(ctx: &mut Context<'_>) -> Result {
    for done in 1..=4 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        ctx.progress(done * 250, Some(1000));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let path = std::env::args().next().unwrap_or_default();
    match Path::new(&path).file_stem().and_then(|name| name.to_str()) {
        Some("app") => own_cli::start(own_cli::App::parse()).await,
        Some("own") => cli::run(&own_cli::MIGRATIONS).await,
        Some("levelled") => cli::run(&LEVELLED).await,
        Some("slow") => cli::run(&SLOW).await,
        _ => cli::run(cli::Directories).await,
    }
}
