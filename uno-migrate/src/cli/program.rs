//! What this program is called, so that what it tells somebody to type can be typed.

use std::ffi::OsString;
use std::path::Path;

use clap::Subcommand;

use super::args::Common;
use super::{Command, Source};

/// The words before a command: `uno-migrate`, or `app db` where the commands are nested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program(String);

impl Program {
    pub(super) fn of(typed: &[OsString]) -> Self {
        let mut words = typed.iter().map(|word| word.to_string_lossy());
        let path = words.next().unwrap_or_default();
        let name = Path::new(&*path).file_stem().unwrap_or_default().to_string_lossy();
        let mut program = if name.is_empty() { "uno-migrate".to_owned() } else { name.into_owned() };
        for word in words.take_while(|word| !word.starts_with('-') && !Command::has_subcommand(word)) {
            program.push(' ');
            program.push_str(&word);
        }
        Self(program)
    }

    /// A command of this program, to be typed.
    pub(super) fn command(&self, words: &str) -> String {
        format!("{} {words}", self.0)
    }

    /// Whether the commands are nested under an application's own.
    pub(super) fn is_nested(&self) -> bool {
        self.0.contains(' ')
    }

    /// Its command line, where the commands are all there is to it.
    pub(super) fn clap(&self, source: &Source) -> clap::Command {
        let about = match source {
            Source::Directories => "Migrates a database by the SQL files of a directory",
            Source::Compiled(_) => "Migrates a database by the migrations that are compiled into this program",
        };
        let name = self.0.split(' ').next().unwrap_or_default().to_owned();
        let version = concat!("(uno-migrate ", env!("CARGO_PKG_VERSION"), ")");
        let version = if matches!(source, Source::Directories) { env!("CARGO_PKG_VERSION") } else { version };
        let command = clap::Command::new(name).about(about).version(version).subcommand_required(true);
        let command = Command::augment_subcommands(command.arg_required_else_help(true));
        // They may stand before the command as well.
        command.args(Common::arguments().into_iter().map(|argument| argument.global(true).hide(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(typed: &[&str]) -> String {
        Program::of(&typed.iter().map(OsString::from).collect::<Vec<_>>()).0
    }

    #[test]
    fn the_words_before_the_command() {
        assert_eq!(program(&["/usr/bin/uno-migrate", "status", "--check"]), "uno-migrate");
        assert_eq!(program(&["app", "db", "rollback", "3"]), "app db");
        assert_eq!(program(&["uno-migrate", "--format", "json", "status"]), "uno-migrate");
        assert_eq!(program(&[]), "uno-migrate");
    }

    #[test]
    fn the_command_line_is_sound() {
        program_clap(&Source::Directories).debug_assert();
    }

    fn program_clap(source: &Source) -> clap::Command {
        Program("uno-migrate".to_owned()).clap(source)
    }
}
