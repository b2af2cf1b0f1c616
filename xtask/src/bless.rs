use crate::outcome::Outcome;
use crate::shell::Shell;

/// Accepts what the tests print now: trybuild's `.stderr` files, the golden files, insta's snapshots.
pub(crate) fn bless(shell: &Shell) -> Outcome {
    let mut command = shell.test_command();
    command.push("--workspace".to_owned());
    let servers = shell.servers().variables()?;
    let mut variables = vec![("TRYBUILD", "overwrite"), ("BLESS", "1"), ("INSTA_UPDATE", "always")];
    variables.extend(servers.iter().map(|(name, url)| (*name, url.as_str())));
    shell.cargo_with(&variables, command)?;
    println!("blessed; now read `git diff`: every changed line is something that users see");
    Ok(())
}
