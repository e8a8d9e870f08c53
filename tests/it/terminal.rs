//! The real program in a real terminal.

use crate::harness::{Terminal, TestEnv};

#[test]
fn help_is_readable_in_a_terminal() {
    let env = TestEnv::new();
    let mut terminal = Terminal::start(&env, &["help", "completions"]);
    terminal.wait_for("Usage: karat completions");
    assert!(terminal.wait_end().success());
}
