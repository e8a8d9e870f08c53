//! The Runs screen of the real program: a training in a process of its own, watched to its end, and the decision on it.

use crate::cli_runs::project;
use crate::harness::Terminal;

const F4: &str = "\x1bOS";
const F6: &str = "\x1b[17~";
const LEFT: &str = "\x1b[D";
const CTRL_Q: &str = "\x11";

#[test]
fn a_run_is_trained_from_the_form_watched_and_promoted_with_a_reason() {
    let env = project();
    let mut terminal = Terminal::start_sized(&env, &["data.karat"], 40, 120);
    terminal.wait_for("thing number").keys(F4).wait_for("There is no run yet").keys("T");
    terminal.wait_for("160 settled rows to learn from").keys("\r").wait_for("it came to run 1");
    terminal.keys("\r").wait_for("majority").keys("Pgood enough\r").wait_for("is the champion now");
    terminal.wait_for("good enough").keys("U").wait_for("took back").wait_for("none yet");
    terminal.keys("\x12").wait_for("did again").wait_for("good enough");
    terminal.keys("\x1b").wait_for("champion: run 1");
    // The state that it learned from is on the Data screen, and is kept once more under a name.
    terminal.keys(F6).wait_for("sources").keys(LEFT).wait_for("200 predictions").keys("Kfirst\r");
    terminal.wait_for("kept as snapshot 2 first").wait_for("2 first").keys(CTRL_Q);
    assert!(terminal.wait_end().success());
    let shown = env.karat(["runs", "show", "champion", "--json"]).json();
    assert_eq!((&shown["run"], &shown["decisions"][0]["note"]), (&1.into(), &"good enough".into()));
    assert_eq!(env.karat(["trainings", "--json"]).json()["trainings"][0]["state"], "finished");
}
