//! The crash matrix at large: random migrations, interrupted at random points.

use crate::outcome::Outcome;
use crate::shell::Shell;

/// What the test reads, by the option that gives it.
const OPTIONS: [(&str, &str); 2] = [("--seed", "UNO_CHAOS_SEED"), ("--minutes", "UNO_CHAOS_MINUTES")];

/// The numbers that the options give, by the test's variables.
pub(crate) fn options(arguments: &[String]) -> Result<Vec<(&'static str, String)>, String> {
    let (pairs, rest) = arguments.as_chunks::<2>();
    if let [last] = rest {
        return Err(format!("`{last}` wants a number after it, or is no option"));
    }
    pairs
        .iter()
        .map(|[name, value]| {
            let option = OPTIONS.iter().find(|(option, _)| option == name);
            let (_, variable) = option.ok_or_else(|| format!("no option `{name}`"))?;
            let number: u64 = value.parse().map_err(|_| format!("`{value}` is no number for `{name}`"))?;
            Ok((*variable, number.to_string()))
        })
        .collect()
}

/// `cargo xtask chaos [--seed N] [--minutes M]`
pub(crate) fn chaos(shell: &Shell, options: Vec<(&'static str, String)>) -> Outcome {
    let mut variables = shell.servers().variables()?;
    variables.extend(options);
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    shell.cargo_with(&variables, ["test", "--test", "crash_matrix", "--", "--ignored", "--nocapture", "chaos"])
}
