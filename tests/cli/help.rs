//! Help is part of what is promised.

use crate::kit::{Desk, assert_answer};

#[test]
fn help_of_every_command() {
    let desk = Desk::new(None);
    let listed = desk.types("--help").out;
    let commands = listed.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<_> =
        commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(commands.contains(&"migrate"), "{listed}");
    let lines: Vec<String> = commands.iter().map(|name| format!("{name} --help")).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.insert(0, "--help");
    lines.insert(1, "--version");
    assert_answer!("help", desk.transcript(&lines));
}
