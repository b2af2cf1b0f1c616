//! The parser itself, and the first thing that it cannot go on from.

use squawk_parser::{EntryPoint, LexedStr, StrStep, SyntaxKind};

/// Where the parser lost its way.
pub(super) struct Stumble {
    /// The byte of the statement.
    pub(super) at: usize,
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

    pub(super) fn starts(&self, message: &str) -> bool {
        self.message().starts_with(message)
    }
}

/// The first mistake in the text of a statement.
pub(super) fn first_stumble(text: &str) -> Option<Stumble> {
    let lexed = LexedStr::new(text);
    let mut first = lexed
        .errors()
        .next()
        .map(|(range, message)| Stumble { at: range.start as usize, what: What::Lexical(message.to_owned()) });
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
        if first.as_ref().is_none_or(|first| first.at > at) {
            first = Some(Stumble { at, what });
        }
    });
    first
}
