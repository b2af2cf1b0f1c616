//! How long it takes. Not run by itself: `cargo test -p uno-migrate-core speed -- --ignored --nocapture`.
