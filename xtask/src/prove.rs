//! The proof of the checks at large: more generated sets than the tests make, all broken files, files of others.

use crate::outcome::Outcome;
use crate::shell::Shell;

/// What the tests read, by the option that gives it.
const OPTIONS: [(&str, &str); 4] = [
    ("--seed", "UNO_PROVE_SEED"),
    ("--sets", "UNO_PROVE_SETS"),
    ("--directory", "UNO_PROVE_DIRECTORY"),
    ("--dialect", "UNO_PROVE_DIALECT"),
];

/// Sets for each database where nobody says how many.
const SETS: &str = "100";

/// What is to be proven.
pub(crate) struct Options {
    variables: Vec<(&'static str, String)>,
    tests: &'static [&'static str],
}

/// What the options ask for.
pub(crate) fn options(arguments: &[String]) -> Result<Options, String> {
    if arguments == ["--broken"] {
        return Ok(Options { variables: Vec::new(), tests: &["--ignored", "broken::tests::record"] });
    }
    let (pairs, rest) = arguments.as_chunks::<2>();
    if let [last] = rest {
        return Err(format!("`{last}` wants a value after it, stands alone, or is no option"));
    }
    let mut variables = Vec::new();
    for [name, value] in pairs {
        let option = OPTIONS.iter().find(|(option, _)| option == name);
        let (_, variable) = option.ok_or_else(|| format!("no option `{name}`"))?;
        let is_number = matches!(name.as_str(), "--seed" | "--sets");
        if is_number && value.parse::<u64>().is_err() {
            return Err(format!("`{value}` is no number for `{name}`"));
        }
        variables.push((*variable, value.clone()));
    }
    let has = |option: &str| pairs.iter().any(|[name, _]| name == option);
    match (has("--directory"), has("--dialect"), has("--seed") || has("--sets")) {
        (true, true, false) => Ok(Options { variables, tests: &["--ignored", "directory::files_of_others"] }),
        (false, false, _) => {
            if !has("--sets") {
                variables.push(("UNO_PROVE_SETS", SETS.to_owned()));
            }
            Ok(Options { variables, tests: &["generated"] })
        }
        _ => Err("`--directory` and `--dialect` go together, and with no other option".to_owned()),
    }
}

/// `cargo xtask prove [--seed N] [--sets N]`, `cargo xtask prove --broken`, `cargo xtask prove --directory DIR --dialect NAME`
pub(crate) fn prove(shell: &Shell, options: Options) -> Outcome {
    let Options { variables: own, tests } = options;
    let mut variables = shell.servers().variables()?;
    variables.extend(own);
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let command = ["test", "--test", "proven", "--", "--nocapture"];
    shell.cargo_with(&variables, command.iter().chain(tests))
}
