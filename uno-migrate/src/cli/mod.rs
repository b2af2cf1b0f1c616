//! The command line: what its commands do, over paths and values. Nothing in here prints but `output`.

pub mod create;
pub mod graph;
pub mod import;
pub mod init;
mod refusal;

pub use refusal::Refusal;
