//! Many processes that migrate one database at once, as when a service is scaled out: each migration is applied by one
//! of them, once, and all of them start.

#[path = "../support/mod.rs"]
mod support;

mod boots;
mod crowd;
mod idle;
mod skew;
mod stopped;

/// One test for each database.
macro_rules! each {
    ($(async fn $name:ident($dialect:ident) $body:block)+) => {$(
        mod $name {
            use super::*;
            $crate::each!(@one postgres Postgres $dialect $body);
            $crate::each!(@one mysql MySql $dialect $body);
            $crate::each!(@one sqlite Sqlite $dialect $body);
        }
    )+};
    (@one $database:ident $variant:ident $dialect:ident $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $database() {
            let $dialect = ::uno_migrate::Dialect::$variant;
            $body
        }
    };
}
pub(crate) use each;
