//! Runs that are cut off at each message: the next one goes on by itself, or asks one question.

use std::time::Duration;

use sqlx::{Database, Pool};
use uno_migrate::{
    Context, Driver, Error, ErrorKind, Migration, Migrations, Migrator, Repair, Result, embed_migrations, migration,
};

use crate::kit::{Ask, by_itself, migrator};
use crate::support::{Proxy, TestDatabase, mysql, postgres};

/// Short, since a run that was cut off may not be able to give its lease back.
const LEASE: Duration = Duration::from_secs(1);

/// What was tried and what became of it.
#[derive(Debug, Default)]
struct Tried {
    points: usize,
    went_on: usize,
    asked: usize,
}

/// Cuts the first run at each of its messages, before and after the server has it, and runs again until it is done. Where
/// the run takes its turn first of all, other tests cut: this one begins shortly before the history says `running`.
async fn at_each_message<DB: Driver>(
    fresh: impl AsyncFn() -> TestDatabase<DB>,
    set: impl Fn() -> Migrator,
    begins_with: &str,
    is_applied: impl AsyncFn(&TestDatabase<DB>, &Error) -> bool,
    check: impl AsyncFn(&TestDatabase<DB>, &str),
) -> Tried
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let mut tried = Tried::default();
    let first = {
        let db = fresh().await;
        let proxy = Proxy::start(db.url());
        set().lease(LEASE).run(&Pool::<DB>::connect_lazy(proxy.url()).unwrap()).await.unwrap();
        proxy.messages().iter().position(|message| message.contains(begins_with)).unwrap()
    };
    for message in first.saturating_sub(6).max(1).. {
        let mut was_cut = false;
        for is_after in [false, true] {
            let db = fresh().await;
            let proxy = Proxy::start(db.url());
            let pool: Pool<DB> = Pool::connect_lazy(proxy.url()).unwrap();
            match is_after {
                true => proxy.cut_after(message),
                false => proxy.cut_before(message),
            }
            let first = set().lease(LEASE).run(&pool).await;
            if !proxy.was_cut() {
                first.unwrap();
                continue;
            }
            was_cut = true;
            tried.points += 1;
            let point = format!("cut {} {}", if is_after { "after" } else { "before" }, proxy.messages()[message - 1]);
            match &first {
                Ok(_) => {}
                Err(error) => finish(&db, &set, &is_applied, &mut tried, &point, error).await,
            }
            check(&db, &point).await;
        }
        if !was_cut {
            return tried;
        }
    }
    tried
}

async fn finish<DB: Driver>(
    db: &TestDatabase<DB>,
    set: &impl Fn() -> Migrator,
    is_applied: &impl AsyncFn(&TestDatabase<DB>, &Error) -> bool,
    tried: &mut Tried,
    point: &str,
    first: &Error,
) {
    let Err(error) = set().lease(LEASE).run(db.pool()).await else {
        tried.went_on += 1;
        return;
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{point}: {first}\nthen {error}");
    tried.asked += 1;
    let remedy = error.remedy().unwrap().to_owned();
    let answer = if is_applied(db, &error).await { "Applied" } else { "Retry" };
    let typed = remedy
        .lines()
        .find(|line| line.to_lowercase().contains(&format!("repair::{}", answer.to_lowercase())))
        .unwrap_or_else(|| panic!("{point}: {error}"));
    let id = typed.split('"').nth(1).unwrap().to_owned();
    let statement = typed.split("statement: ").nth(1).map(|rest| rest.split(' ').next().unwrap().parse().unwrap());
    let repair = match (answer, statement) {
        ("Retry", _) => Repair::Retry { id },
        (_, Some(statement)) => Repair::Applied { id, statement },
        (_, None) => Repair::applied(id),
    };
    set().repair(db.pool(), repair).await.unwrap();
    let last = set().lease(LEASE).run(db.pool()).await;
    last.unwrap_or_else(|error| panic!("{point}: {first}\nanswered {typed}\nthen {error}"));
}

async fn tables<DB: Database>(db: TestDatabase<DB>) -> TestDatabase<DB>
where
    TestDatabase<DB>: Ask,
{
    db.exec("CREATE TABLE done_lines (line INT)").await;
    db
}

/// The lines that were left, each as often as it was.
async fn lines(db: &impl Ask) -> Vec<String> {
    db.texts("SELECT CAST(line AS CHAR(9)) FROM done_lines ORDER BY line")
        .await
        .iter()
        .map(|line| line.trim().to_owned())
        .collect()
}

#[tokio::test]
async fn postgres_statement_by_statement() {
    let up = "-- Transaction: none
CREATE TABLE b (id INT);
INSERT INTO done_lines VALUES (2);
CREATE INDEX CONCURRENTLY i ON b (id);
BEGIN;
INSERT INTO done_lines VALUES (3);
INSERT INTO b VALUES (1);
COMMIT;
ALTER TABLE parted DETACH PARTITION part CONCURRENTLY;
VACUUM b;
ALTER TABLE b ADD note TEXT;";
    let set = || migrator([Migration::sql("1_a", up, "DROP TABLE b")]);
    let fresh = async || {
        let db = tables(postgres().await).await;
        db.exec("CREATE TABLE parted (id INT) PARTITION BY RANGE (id)").await;
        db.exec("CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9)").await;
        db
    };
    let is_applied = async |db: &TestDatabase<_>, error: &Error| {
        assert_eq!(error.message(), "was statement 8 of `1_a` applied?", "only of the partition nobody knows: {error}");
        assert_eq!(error.location().map(|at| at.line), Some(9), "{error}");
        // What somebody does who finds it half done.
        if db.number("SELECT COUNT(*) FROM pg_inherits WHERE inhdetachpending").await > 0 {
            db.exec("ALTER TABLE parted DETACH PARTITION part FINALIZE").await;
        }
        db.number("SELECT COUNT(*) FROM pg_inherits WHERE inhparent = 'parted'::regclass").await == 0
    };
    let check = async |db: &TestDatabase<_>, point: &str| {
        assert_eq!(lines(db).await, ["2", "3"], "{point}");
        assert_eq!(
            db.number("SELECT COUNT(*) FROM pg_inherits WHERE inhparent = 'parted'::regclass").await,
            0,
            "{point}"
        );
        assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 1, "{point}");
        assert_eq!(
            db.number("SELECT COUNT(*) FROM pg_index WHERE indexrelid = 'i'::regclass AND indisvalid").await,
            1,
            "{point}"
        );
        assert_eq!(db.standing().await, ["1_a applied"], "{point}");
    };
    let tried = at_each_message(fresh, set, "CREATE TABLE b", is_applied, check).await;
    assert!(tried.points > 30 && tried.asked > 0, "{tried:?}");
}

#[tokio::test]
async fn mysql_with_its_implicit_commits() {
    let up = "CREATE TABLE b (id INT);
ALTER TABLE b ADD COLUMN note VARCHAR(10);
INSERT INTO done_lines VALUES (3);
CREATE TRIGGER t AFTER INSERT ON b FOR EACH ROW INSERT INTO done_lines VALUES (NEW.id);
CREATE INDEX i ON b (id);
INSERT INTO b (id) VALUES (6);";
    let set = || by_itself(migrator([Migration::sql("1_a", up, "DROP TABLE b")]));
    let is_applied = async |db: &TestDatabase<_>, error: &Error| {
        assert_eq!(error.message(), "was statement 4 of `1_a` applied?", "only of the trigger nobody knows: {error}");
        db.number("SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()").await == 1
    };
    let check = async |db: &TestDatabase<_>, point: &str| {
        assert_eq!(lines(db).await, ["3", "6"], "{point}");
        let index =
            "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'i'";
        assert_eq!(db.number(index).await, 1, "{point}");
        assert_eq!(db.standing().await, ["1_a applied"], "{point}");
    };
    let tried = at_each_message(async || tables(mysql().await).await, set, "CREATE TABLE b", is_applied, check).await;
    assert!(tried.points > 30 && tried.asked > 0, "{tried:?}");
}

static ROWS: Migrations = embed_migrations!(rust = [crate::in_doubt::rows]);
static SCHEMA: Migrations = embed_migrations!(rust = [crate::in_doubt::schema]);

async fn nothing(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "1_rows", down = nothing)]
pub async fn rows(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO done_lines VALUES (1)").await?;
    ctx.execute("INSERT INTO done_lines VALUES (2)").await.map(drop)
}

#[migration(id = "1_schema", down = nothing)]
pub async fn schema(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO done_lines VALUES (1)").await?;
    ctx.execute("CREATE TABLE IF NOT EXISTS b (id INT)").await?;
    ctx.execute("INSERT INTO done_lines VALUES (2)").await.map(drop)
}

#[tokio::test]
async fn mysql_code_that_changes_rows_needs_nobody() {
    let never = async |_: &TestDatabase<_>, error: &Error| panic!("{error}");
    let check = async |db: &TestDatabase<_>, point: &str| {
        assert_eq!(lines(db).await, ["1", "2"], "{point}");
        assert_eq!(db.standing().await, ["1_rows applied"], "{point}");
    };
    let tried = at_each_message(
        async || tables(mysql().await).await,
        || ROWS.migrator(),
        "INSERT INTO done_lines",
        never,
        check,
    )
    .await;
    assert!(tried.points > 16, "{tried:?}");
}

/// What stands before the implicit commit is there once more if somebody says that nothing is: that is not said here.
#[tokio::test]
async fn mysql_code_that_changes_the_schema_asks_once_that_is_committed() {
    let finished_by_hand = async |db: &TestDatabase<_>, error: &Error| {
        assert!(error.remedy().unwrap().contains("repair(Repair::applied(\"1_schema\"))"), "{error}");
        assert!(lines(db).await.contains(&"1".to_owned()), "asked although nothing was committed: {error}");
        if !lines(db).await.contains(&"2".to_owned()) {
            db.exec("CREATE TABLE IF NOT EXISTS b (id INT)").await;
            db.exec("INSERT INTO done_lines VALUES (2)").await;
        }
        true
    };
    let check = async |db: &TestDatabase<_>, point: &str| {
        assert_eq!(lines(db).await, ["1", "2"], "{point}");
        assert_eq!(db.standing().await, ["1_schema applied"], "{point}");
    };
    let tried = at_each_message(
        async || tables(mysql().await).await,
        || SCHEMA.migrator(),
        "INSERT INTO done_lines",
        finished_by_hand,
        check,
    )
    .await;
    assert!(tried.points > 16 && tried.asked > 0, "{tried:?}");
}
