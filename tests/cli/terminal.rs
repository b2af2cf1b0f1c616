//! On a terminal: colour, progress, questions, and Ctrl-C.

use std::process::Command;
use std::time::{Duration, Instant};

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use uno_migrate::Dialect;

use crate::kit::Desk;
use crate::support::{AnyDatabase, postgres, sqlite};

/// What a terminal shows before a word in green.
const GREEN: &str = "\u{1b}[32m";

fn on_terminal(mut command: Command) -> PtySession {
    command.env("TERM", "xterm-256color");
    spawn_command(command, Some(60_000)).unwrap()
}

/// How it ended, once all that it showed is read.
fn end(session: &mut PtySession) -> (i32, String) {
    let shown = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => (code, shown),
        other => panic!("{other:?}: {shown}"),
    }
}

#[tokio::test]
async fn colour_is_for_terminals() {
    let db = sqlite().await;
    let desk = Desk::at(db.url());
    assert!(!desk.types("migrate").out.contains('\u{1b}'));
    let (code, shown) = end(&mut on_terminal(desk.command(["status"])));
    assert_eq!(code, 0);
    assert!(shown.contains(&format!("{GREEN}applied")), "{shown:?}");
    let (_, shown) = end(&mut on_terminal(desk.command(["status", "--color", "never"])));
    assert!(!shown.contains(GREEN), "{shown:?}");
    let mut command = desk.command(["status"]);
    command.env("NO_COLOR", "1");
    let (_, shown) = end(&mut on_terminal(command));
    assert!(!shown.contains(GREEN), "{shown:?}");
    assert!(desk.types("status --color always").out.contains(GREEN));
}

#[tokio::test]
async fn a_question_waits_for_its_answer() {
    for dialect in Dialect::ALL {
        let db = AnyDatabase::create(dialect).await;
        let desk = Desk::at(db.url());
        assert_eq!(desk.types("migrate").code, 0);
        let mut session = on_terminal(desk.command(["rollback", "--all"]));
        session.exp_string("these would be reverted, in this order:").unwrap();
        session.exp_string("revert 4 migrations of").unwrap();
        session.exp_string("[y/N]").unwrap();
        session.send_line("no").unwrap();
        let (code, shown) = end(&mut session);
        assert_eq!(code, 1, "{shown}");
        assert!(shown.contains("nothing was changed: it was not agreed to"), "{shown}");
        assert_eq!(desk.types("status --check").code, 0);

        let mut session = on_terminal(desk.command(["rollback", "--all"]));
        session.exp_string("[y/N]").unwrap();
        session.send_line("y").unwrap();
        let (code, shown) = end(&mut session);
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("4 migrations in"), "{shown}");
    }
}

/// The address that is all of a machine's leads to the same server, and nobody can tell from it that it is this machine's.
#[tokio::test]
async fn several_steps_on_another_host_ask() {
    for dialect in [Dialect::Postgres, Dialect::MySql] {
        let db = AnyDatabase::create(dialect).await;
        let elsewhere = db.url().replacen("127.0.0.1", "0.0.0.0", 1);
        assert_ne!(elsewhere, db.url());
        let desk = Desk::at(&elsewhere);
        assert_eq!(desk.types("migrate").code, 0);
        assert_eq!(desk.types("rollback").code, 0, "one step is no danger");
        for line in ["rollback --steps 2", "rollback --target 1616720000_initial_schema", "redo --steps 2"] {
            let refused = desk.types(line);
            assert_eq!(refused.code, 2, "{refused:?}");
            let why = "reverting several migrations of a database on another host asks before it begins";
            assert!(refused.err.contains(why) && refused.err.contains("`--yes`"), "{refused:?}");
            assert_eq!(desk.types(&format!("{line} --dry-run")).code, 0, "looking needs nobody");
        }
        for (line, answer, expected) in
            [("rollback --steps 2", "n", 1), ("redo --steps 2", "yes", 0), ("rollback --steps 2", "y", 0)]
        {
            let mut session = on_terminal(desk.command(line.split(' ')));
            session.exp_string("revert 2 migrations of").unwrap();
            session.exp_string("[y/N]").unwrap();
            session.send_line(answer).unwrap();
            let (code, shown) = end(&mut session);
            assert_eq!(code, expected, "{line}: {shown}");
        }
        assert_eq!(desk.types("migrate").code, 0);
        assert_eq!(desk.types("rollback --steps 3 --yes").code, 0);
        // On this machine nobody is asked.
        let desk = Desk::at(db.url());
        assert_eq!(desk.types("migrate").code, 0);
        assert_eq!(desk.types("rollback --steps 2").code, 0);
    }
}

#[tokio::test]
async fn batches_move_a_bar_on_a_terminal_and_write_lines_elsewhere() {
    let db = sqlite().await;
    let desk = Desk::of("slow", Some(db.url().to_owned()));
    let mut session = on_terminal(desk.command(["migrate"]));
    session.exp_string("applying 1 of 1: 1_fill: 250 of 1000 done").unwrap();
    session.exp_string("500 of 1000 done").unwrap();
    let (code, shown) = end(&mut session);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("1 migration in"), "{shown}");

    assert_eq!(desk.types("repair 1_fill --forget --yes").code, 0);
    let piped = desk.types("migrate");
    assert_eq!(piped.err, "applying 1 of 1: 1_fill\n");
}

/// Three statements of which the second takes its time.
const SLOW: &str = "-- Transaction: none\nCREATE TABLE a (b INT);\nSELECT pg_sleep(3);\nCREATE TABLE c (d INT);\n-- DOWN\nDROP TABLE c;\nDROP TABLE a;\n";

#[tokio::test]
async fn ctrl_c_ends_after_the_statement_in_hand() {
    let db = postgres().await;
    let desk = Desk::at(db.url());
    desk.write("slow/1_slow.sql", SLOW);
    let mut session = on_terminal(desk.command(["migrate", "-d", "slow"]));
    session.exp_string("statement 2 of 3").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("stopping after the statement in hand; once more stops at once").unwrap();
    let (code, shown) = end(&mut session);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("2 of its 3 statements are done"), "{shown}");
    // It gave its turn back, and the next one goes on.
    let again = Instant::now();
    let next = desk.types("migrate -d slow");
    assert_eq!(next.code, 0, "{next:?}");
    assert!(again.elapsed() < Duration::from_secs(3), "it did the second statement again");
}

#[tokio::test]
async fn a_second_ctrl_c_ends_at_once() {
    let db = postgres().await;
    let desk = Desk::at(db.url());
    desk.write("slow/1_slow.sql", &SLOW.replace("pg_sleep(3)", "pg_sleep(30)"));
    let began = Instant::now();
    let mut session = on_terminal(desk.command(["migrate", "-d", "slow"]));
    session.exp_string("statement 2 of 3").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("once more stops at once").unwrap();
    session.send_control('c').unwrap();
    let (code, shown) = end(&mut session);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("stopped at once"), "{shown}");
    assert!(began.elapsed() < Duration::from_secs(20), "it waited for the statement");
}

#[tokio::test]
async fn sigterm_ends_as_ctrl_c_does() {
    let db = postgres().await;
    let desk = Desk::at(db.url());
    desk.write("slow/1_slow.sql", SLOW);
    let mut command = desk.command(["migrate", "-d", "slow"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stopping after the statement in hand") && said.contains("statements are done"), "{said}");
}

#[tokio::test]
async fn who_waits_says_for_whom() {
    let db = postgres().await;
    let desk = Desk::at(db.url());
    desk.write("slow/1_slow.sql", SLOW);
    let mut first = desk.command(["migrate", "-d", "slow", "-q"]).spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let second = desk.types("migrate -d slow");
    assert!(first.wait().unwrap().success());
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.err.contains("waiting for ") && second.err.contains("(since "), "{second:?}");
}

#[tokio::test]
async fn an_index_that_takes_its_time_tells_how_far_it_is() {
    let db = postgres().await;
    let desk = Desk::at(db.url());
    desk.write(
        "index/1_index.sql",
        "CREATE FUNCTION slow(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(0.05); RETURN a; END';
        CREATE TABLE t AS SELECT generate_series(1, 120) AS a;
        CREATE INDEX i ON t (slow(a));
        -- DOWN
        DROP TABLE t; DROP FUNCTION slow;",
    );
    let mut session = on_terminal(desk.command(["migrate", "-d", "index"]));
    session.exp_string("applying 1 of 1: 1_index: index: building index").unwrap();
    assert_eq!(end(&mut session).0, 0);
}
