//! The `karat` binary: sets the house in order, hands over to the command line or the screen, and leaves with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    karat::jobs::set_thread_counts();
    karat::cli::main()
}
