//! The parser itself, and the first thing that it cannot go on from.

use std::panic::catch_unwind;
use std::thread;

use squawk_parser::{EntryPoint, LexedStr, StrStep, SyntaxKind};

use super::reduced::Reduced;

/// Where the parser lost its way.
pub(super) struct Stumble {
    /// The number of the token that does not fit; one too many where one is missing at the end.
    pub(super) token: usize,
    pub(super) what: What,
}

pub(super) enum What {
    /// A token that does not fit, in the parser's words.
    Grammar(String),
    /// A token that is none, in the parser's words.
    Lexical(String),
    /// A second statement.
    Second,
}

impl Stumble {
    /// The parser's words.
    fn message(&self) -> &str {
        match &self.what {
            What::Grammar(message) | What::Lexical(message) => message,
            What::Second => "",
        }
    }

    pub(super) fn is(&self, message: &str) -> bool {
        self.message() == message
    }

    pub(super) fn has(&self, words: &str) -> bool {
        self.message().contains(words)
    }
}

/// The first mistake in a statement.
pub(super) fn first_stumble(reduced: &Reduced) -> Option<Stumble> {
    let (at, what) = first_mistake(&reduced.text, reduced.levels)?;
    Some(Stumble { token: reduced.token_at(at), what })
}

/// Whether there is none in a text that can nest so deep.
pub(super) fn reads(text: &str, levels: usize) -> bool {
    first_mistake(text, levels).is_none()
}

/// The parser calls itself for whatever nests, and a stack that runs over ends the compiler without a word. So where there
/// could be many levels, it gets a stack that is high enough for all of them: it costs no more than what is used of it.
///
/// The parser also states in assertions what it takes for granted. None of them is known to fail, but if one does, whoever
/// builds could do nothing about it: the compiler would say that the macro panicked, and nothing would build until somebody
/// has found the file. The server judges the statement in any case, so nothing is said of it here.
fn first_mistake(text: &str, levels: usize) -> Option<(usize, What)> {
    /// Where nothing is optimised, `a(a(a(…` takes 4,900 bytes for each of its levels, and nothing takes more.
    const STACK_OF_LEVEL: usize = 8 * 1024;
    /// They take less than a megabyte: threads of tests and of runtimes have two.
    const FEW: usize = 160;
    /// Statements with more are data, which the server reads as well.
    const MOST: usize = 64 * 1024;
    let judged = || catch_unwind(|| parse(text)).unwrap_or_default();
    match levels {
        0..=FEW => judged(),
        _ if levels <= MOST => thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(levels * STACK_OF_LEVEL).spawn_scoped(scope, judged);
            thread.ok()?.join().unwrap_or_default()
        }),
        _ => None,
    }
}

/// The byte, and what is wrong there.
fn parse(text: &str) -> Option<(usize, What)> {
    let lexed = LexedStr::new(text);
    let mut first =
        lexed.errors().next().map(|(range, message)| (range.start as usize, What::Lexical(message.to_owned())));
    let output = EntryPoint::SourceFile.parse(&lexed.to_input());
    let (mut depth, mut offset, mut statements) = (0_usize, 0_usize, 0_usize);
    lexed.intersperse_trivia(&output, &mut |step| {
        let (at, what) = match step {
            StrStep::Token { text, .. } => {
                offset += text.len();
                return;
            }
            StrStep::Exit => {
                depth -= 1;
                return;
            }
            StrStep::Enter { kind } => {
                depth += 1;
                statements += usize::from(depth == 2 && kind != SyntaxKind::EMPTY_STMT);
                if depth != 2 || statements != 2 || kind == SyntaxKind::ERROR {
                    return;
                }
                (offset, What::Second)
            }
            StrStep::Error { pos, .. } if statements > 1 && depth <= 2 => (pos, What::Second),
            StrStep::Error { pos, msg } => (pos, What::Grammar(msg.to_owned())),
        };
        if first.as_ref().is_none_or(|(before, _)| *before > at) {
            first = Some((at, what));
        }
    });
    first
}
