//! What the programs that stand for other tools have in common.

/// The two arguments that each of them takes.
pub fn arguments() -> [String; 2] {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    arguments.try_into().expect("two arguments")
}
