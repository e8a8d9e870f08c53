//! `karat completions SHELL`.

use super::{Cli, Report};
use clap::CommandFactory;
use clap_complete::Shell;

/// Arguments of `karat completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    pub shell: Shell,
}

/// Prints the completions for a shell.
pub fn run(args: &Args) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "karat", &mut script);
    Report::raw(String::from_utf8_lossy(&script).into_owned())
}
