//! The private servers on their own, for whoever runs tests by hand.

use std::{io::Write, thread};

use crate::outcome::Outcome;
use crate::shell::Shell;

/// `cargo xtask servers [COMMAND…]`
pub(crate) fn serve(shell: &Shell, command: &[String]) -> Outcome {
    let servers = shell.servers().variables()?;
    if let Some((program, arguments)) = command.split_first() {
        let variables: Vec<_> = servers.iter().map(|(name, url)| (*name, url.as_str())).collect();
        return shell.run(program, program, &variables, arguments);
    }
    for (name, url) in &servers {
        println!("export {name}={url}");
    }
    println!("# until Ctrl-C");
    let _ = std::io::stdout().flush();
    loop {
        thread::park();
    }
}
