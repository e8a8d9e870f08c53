//! Pages that are made from the code say what the code says, and the commands that the README names are the ones that
//! the checks run. `KARAT_BLESS=1 cargo test docs` writes the pages anew.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_page_of_the_command_line_is_up_to_date() {
    hold("docs/CLI.md", &karat::cli::reference());
}

#[test]
fn the_page_of_the_keys_is_up_to_date() {
    hold("docs/KEYS.md", &karat::tui::commands::reference());
}

#[test]
fn the_checks_run_the_test_command_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let checks = fs::read_to_string(root().join(".ci/run")).expect("the checks");
    let (_, work) = readme.split_once("## Work on it").expect("a section for those who work on it");
    let command = work.split("```").nth(1).and_then(|block| block.trim_start_matches("sh").lines().nth(1));
    let command = command.expect("a command in the section");
    assert!(checks.lines().any(|line| line == format!("step {command}")), "{command:?} is not what .ci/run runs");
}

fn hold(page: &str, made: &str) {
    let path = root().join(page);
    if std::env::var_os("KARAT_BLESS").is_some() {
        fs::write(&path, made).expect("a writable page");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "{page} is not what the code says: run `KARAT_BLESS=1 cargo test docs` and commit it");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
