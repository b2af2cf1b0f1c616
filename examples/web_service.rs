//! A service that migrates its database before it listens, so that whoever asks for its health may send it requests.
//!
//! `cargo run --example web_service`, then `curl localhost:8080`; `LISTEN` is another address.

use sqlx::Pool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uno_migrate::{Driver, Migrations, Policy, Result, embed_migrations};

mod database;

pub static MIGRATIONS: Migrations = embed_migrations!("./migrations");

#[tokio::main]
async fn main() -> Result {
    tracing_subscriber::fmt().init();
    database::tell!(boot)
}

async fn boot<DB: Driver>(pool: &Pool<DB>) -> Result {
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    serve(pool, TcpListener::bind(address).await?).await
}

/// An instance that was rolled back to an older version finds migrations that it does not know. They were made to let it
/// run, so it warns and goes on; one that says `Breaking` refuses in any case.
pub async fn serve<DB: Driver>(pool: &Pool<DB>, listener: TcpListener) -> Result {
    let report = MIGRATIONS.migrator().on_ahead(Policy::Warn).run(pool).await?;
    tracing::info!("{report}");
    tracing::info!("listening on http://{}", listener.local_addr()?);
    loop {
        let (client, _) = listener.accept().await?;
        if let Err(error) = answer(pool, client).await {
            tracing::warn!("{error}");
        }
    }
}

/// Every request asks for the health: 200 when nothing is pending, 503 otherwise.
async fn answer<DB: Driver>(pool: &Pool<DB>, mut client: TcpStream) -> Result {
    let _ = client.read(&mut [0; 1024]).await?;
    let (status, body) = match MIGRATIONS.status(pool).await {
        Ok(status) if status.pending() == 0 => ("200 OK", "healthy\n".to_owned()),
        Ok(status) => ("503 Service Unavailable", format!("{} migrations pending\n", status.pending())),
        Err(error) => ("503 Service Unavailable", format!("{}\n", error.message())),
    };
    let length = body.len();
    let response = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    client.write_all(response.as_bytes()).await?;
    Ok(client.shutdown().await?)
}
