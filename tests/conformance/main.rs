//! One suite for every database: what a verb promises, it promises on PostgreSQL, MariaDB and SQLite alike.

#[path = "../support/mod.rs"]
mod support;

mod kit;

mod errors;
mod failures;
mod file_tracker;
mod hooks;
mod interrupted;
mod limits;
mod names;
mod namespaces;
mod order;
mod own_connection;
mod policies;
mod rust_code;
mod scale;
mod selection;
mod sessions;
mod sources;
mod stored_down;
mod verbs;
mod whole;
