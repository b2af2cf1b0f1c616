//! An older and a newer version of a service start together.

use crate::crowd::{Crowd, all_done, ends};
use crate::each;
use crate::support::{Instance, Order};

each! {
    async fn an_older_and_a_newer_set_at_once(dialect) {
        let crowd = Crowd::new(dialect, false).await;
        let home = tempfile::tempdir().unwrap();
        let mut older = crowd.set.clone();
        older.files.retain(|name, _| name.as_str() < "0061");
        assert_eq!(older.files.len(), 60);
        older.write(home.path());
        let order = Order { directories: vec![home.path().to_owned()], ..crowd.order() };
        let mut instances: Vec<_> = (0..3).map(|_| Instance::start(crowd.database.url(), &order)).collect();
        instances.extend(crowd.boot(3));
        let ends = ends(instances).await;
        // The older ones find more than they know, which is a warning.
        all_done(&ends);
        crowd.check(&ends).await;
    }
}
