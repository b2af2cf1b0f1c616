//! PostgreSQL behind PgBouncer in transaction mode: every transaction may come to another session, and every session
//! goes from client to client.

#[path = "../support/mod.rs"]
mod support;

mod boots;
mod coded;
mod gone;
mod hygiene;
mod kit;
mod lease;
mod outside;
