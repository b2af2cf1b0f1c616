//! Twenty at once, on an empty database.

use crate::crowd::{Crowd, all_done, ends};
use crate::each;

each! {
    async fn twenty_boot_at_once(dialect) {
        let crowd = Crowd::new(dialect, false).await;
        let ends = ends(crowd.boot(20)).await;
        all_done(&ends);
        crowd.check(&ends).await;
    }

    async fn some_migrations_run_outside_a_transaction(dialect) {
        let crowd = Crowd::new(dialect, true).await;
        let ends = ends(crowd.boot(20)).await;
        all_done(&ends);
        crowd.check(&ends).await;
    }
}
