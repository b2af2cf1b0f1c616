//! One suite for every database: what a verb promises, it promises on PostgreSQL, MariaDB and SQLite alike.

#[path = "../support/mod.rs"]
mod support;

mod kit;

mod adopted;
mod chapters;
mod early;
mod errors;
mod failures;
mod fence;
mod file_tracker;
mod hooks;
mod in_doubt;
mod interrupted;
mod lent;
mod limits;
mod lost_connections;
mod many_rows;
mod message_of_one;
mod names;
mod namespaces;
mod not_twice;
mod open_transactions;
mod order;
mod own_connection;
mod patience;
mod policies;
mod resumed;
mod rust_code;
mod said_again;
mod scale;
mod selection;
mod sessions;
mod sources;
mod stored_down;
mod together;
mod together_journalled;
mod together_sqlite;
mod verbs;
mod waiting;
mod whole;
