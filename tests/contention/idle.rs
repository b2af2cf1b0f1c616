//! With nothing to do, nothing is taken and nothing is written.

use uno_migrate::{Dialect, Directory, Migrator};

use crate::crowd::{Crowd, all_done, ends};
use crate::each;
use crate::support::{AnyDatabase, Proxy, Verb};

each! {
    async fn a_run_with_nothing_to_do_writes_nothing(dialect) {
        let crowd = Crowd::new(dialect, true).await;
        all_done(&ends(crowd.boot(1)).await);
        let before = lease(&crowd.database).await;
        let migrator = || Migrator::new(Directory::new(crowd.order().directories));

        if dialect != Dialect::Sqlite {
            let proxy = Proxy::start(crowd.database.url());
            let report = AnyDatabase::migrate(proxy.url(), migrator(), Verb::Run).await.unwrap();
            assert!(report.is_empty());
            let messages = proxy.messages();
            let writes = ["INSERT", "UPDATE", "DELETE", "CREATE", "LOCK", "BEGIN", "FOR SHARE"];
            let written: Vec<_> =
                messages.iter().filter(|message| writes.iter().any(|word| message.contains(word))).collect();
            assert!(!messages.is_empty() && written.is_empty(), "{written:#?}");
        }
        let url = read_only(dialect, &crowd.database).await;
        let report = AnyDatabase::migrate(&url, migrator(), Verb::Run).await.unwrap();
        assert!(report.is_empty());
        assert_eq!(lease(&crowd.database).await, before);
    }
}

/// The rows of lease and fence.
async fn lease(database: &AnyDatabase) -> Vec<String> {
    let columns = match database {
        AnyDatabase::MySql(_) => "CONCAT_WS(' ', id, epoch, beat)",
        _ => "id || ' ' || epoch || ' ' || beat",
    };
    database.texts(&format!("SELECT {columns} FROM uno_migrations_lease ORDER BY id")).await.unwrap()
}

/// A way into the database that leaves nobody write.
async fn read_only(dialect: Dialect, database: &AnyDatabase) -> String {
    let url = database.url();
    match dialect {
        Dialect::Postgres => {
            let name = url.rsplit('/').next().unwrap();
            database.exec(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
            url.to_owned()
        }
        Dialect::MySql => {
            let (server, name) = url.rsplit_once('/').unwrap();
            let address = server.rsplit('@').next().unwrap();
            let user = format!("ro_{}", name.trim_start_matches("test_"));
            database.exec(&format!("CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'ro'")).await;
            database.exec(&format!("GRANT SELECT ON {name}.* TO {user}@'127.0.0.1'")).await;
            format!("mysql://{user}:ro@{address}/{name}")
        }
        Dialect::Sqlite => url.replace("mode=rwc", "mode=ro"),
    }
}
