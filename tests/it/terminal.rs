//! The real program in a real terminal: start, label, undo, quit, resize, suspend, hang-up, SIGTERM.

use crate::harness::{Terminal, TestEnv};
use rustix::process::Signal;

const CTRL_Q: &str = "\x11";
const CTRL_Z: &str = "\x1a";

fn reviews() -> TestEnv {
    let env = TestEnv::new();
    env.configure("[label]\nmin_look_ms = 0\n");
    env.project("reviews", 40);
    env
}

/// How many answers hold now.
fn answers(env: &TestEnv) -> usize {
    env.read("SELECT answer_id AS x FROM v_answers WHERE live AND current").len()
}

/// The program ended well and the terminal is as it was: main screen, visible cursor, no mouse, no bracketed paste.
fn left_well(terminal: &mut Terminal) {
    assert!(terminal.wait_end().success());
    assert!(terminal.screen(|s| !s.alternate_screen() && !s.hide_cursor() && !s.bracketed_paste()));
    assert!(terminal.screen(|s| s.mouse_protocol_mode() == vt100::MouseProtocolMode::None));
}

#[test]
fn what_was_answered_is_there_after_quitting_and_coming_back() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    for key in ["1", "2", "3"] {
        terminal.answer(key);
    }
    terminal.wait_for("3 answered of 40").wait_for("saved").keys(CTRL_Q);
    left_well(&mut terminal);
    assert_eq!(answers(&env), 3);
    let mut terminal = Terminal::sit(&env, "ana");
    terminal.wait_for("3 answered of 40").keys(CTRL_Q);
    left_well(&mut terminal);
}

#[test]
fn undo_goes_back_to_the_item_and_redo_brings_the_answer_again() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    let first = terminal.answer("1");
    terminal.wait_for("1 answered of 40").keys("U").wait_for("0 answered of 40");
    terminal.wait_until("the item that was answered", |s| s.contents().contains(&format!("Review {first} of a")));
    assert_eq!(answers(&env), 0);
    terminal.keys("\x12").wait_for("1 answered of 40").keys(CTRL_Q);
    left_well(&mut terminal);
    assert_eq!(answers(&env), 1);
}

#[test]
fn a_burst_of_one_key_answers_one_item() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    terminal.keys("3333333333").wait_for("1 answered of 40").keys(CTRL_Q);
    left_well(&mut terminal);
    assert_eq!(answers(&env), 1);
}

#[test]
fn a_resize_keeps_the_item_and_fills_the_new_size() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    let item = terminal.item().expect("an item");
    for (rows, cols) in [(40, 120), (60, 200), (24, 80)] {
        terminal.resize(rows, cols);
        terminal.wait_until("a header as wide as the terminal", |screen| {
            let header = screen.rows(0, cols).next().unwrap_or_default();
            header.trim_end().ends_with("ana") && header.trim_end().len() + 3 > cols.into()
        });
        assert_eq!(terminal.item(), Some(item));
    }
    // So fast that the program may see but one change, and to a size that it has already.
    terminal.resize(10, 30).resize(24, 80);
    let text = format!("Review {item} of a");
    terminal
        .wait_until("the item and its header", |s| s.contents().contains(&text) && s.contents().contains("F1 Label"));
    terminal.answer("2");
    terminal.keys(CTRL_Q);
    left_well(&mut terminal);
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_paints_again() {
    let env = reviews();
    let mut terminal = Terminal::start_in_shell(&env, "reviews.karat", "echo in the shell; read -r; fg >/dev/null");
    terminal.wait_until("an item", |s| s.alternate_screen() && s.contents().contains("Review "));
    terminal.keys(CTRL_Z).wait_for("in the shell");
    assert!(terminal.screen(|s| !s.alternate_screen() && !s.bracketed_paste()));
    terminal.keys("\n").wait_until("the screen again", |s| s.alternate_screen() && s.contents().contains("Review "));
    terminal.answer("1");
    terminal.wait_for("1 answered of 40").keys(CTRL_Q);
    left_well(&mut terminal);
}

#[test]
fn a_dropped_line_loses_neither_the_answer_nor_the_half_written_note() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    terminal.answer("1");
    let item = half_a_note(&mut terminal);
    terminal.hang_up();
    terminal.wait_exit();
    assert_eq!(answers(&env), 1);
    finds_the_note(&env, item);
}

#[test]
fn sigterm_restores_the_terminal_and_keeps_the_half_written_note() {
    let env = reviews();
    let mut terminal = Terminal::sit(&env, "ana");
    terminal.answer("1");
    let item = half_a_note(&mut terminal);
    terminal.signal(Signal::TERM);
    left_well(&mut terminal);
    assert_eq!(answers(&env), 1);
    finds_the_note(&env, item);
}

fn half_a_note(terminal: &mut Terminal) -> Option<u32> {
    let item = terminal.item();
    terminal.keys("N").wait_for("note").keys("only half of").wait_for("only half of");
    item
}

fn finds_the_note(env: &TestEnv, item: Option<u32>) {
    let mut terminal = Terminal::sit(env, "ana");
    assert_eq!(terminal.item(), item, "the item with the draft comes first");
    terminal.keys("N").wait_for("only half of").keys(CTRL_Q);
    left_well(&mut terminal);
    env.sound("reviews.karat");
}

#[test]
fn clicks_answer_choose_a_question_and_do_what_the_footer_says() {
    let env = reviews();
    env.karat(["question", "add", "broken", "--labels", "yes,no"]).ok();
    let mut terminal = Terminal::start(&env, &["reviews.karat"]);
    terminal.wait_for("answered of 40").wait_for("neutral");
    terminal.click("neutral").wait_for("1 answered of 40");
    terminal
        .click("label ▾")
        .wait_for("is what is asked now")
        .keys("broken\r")
        .wait_for("1 yes")
        .wait_for("0 answered of 40");
    terminal.click("2 no").wait_for("1 answered of 40").click("U undo").wait_for("taken back: no");
    terminal.click("F6").wait_for("evaluation set").click("F1").wait_for("2 no").keys(CTRL_Q);
    left_well(&mut terminal);
    assert_eq!(env.read("SELECT answer AS x FROM v_answers WHERE live AND current"), ["neutral"]);
}

#[test]
fn the_last_items_in_anothers_hands_are_told_and_come_when_they_are_given_back() {
    let env = TestEnv::new();
    env.configure("[label]\nmin_look_ms = 0\n");
    env.project("reviews", 2);
    let mut ana = Terminal::sit(&env, "ana");
    let mut ben = Terminal::start(&env, &["--by", "ben", "reviews.karat"]);
    ben.wait_for("ana has the last 2 items.");
    ana.keys(CTRL_Q);
    left_well(&mut ana);
    ben.wait_for("Review ").keys(CTRL_Q);
    left_well(&mut ben);
}

#[test]
fn the_demo_is_labelled_left_and_found_again() {
    let env = TestEnv::new();
    env.configure("[label]\nmin_look_ms = 0\n");
    let mut terminal = Terminal::start(&env, &["demo"]);
    for n in 1..=20 {
        terminal.wait_for("negative").keys(["1", "2", "3"][n % 3]);
        terminal.wait_for(&format!("today {n}"));
    }
    terminal.keys(CTRL_Q);
    left_well(&mut terminal);
    let mut terminal = Terminal::start(&env, &["demo"]);
    terminal.wait_for("is there already").keys("y\n").wait_for("today 20").keys(CTRL_Q);
    left_well(&mut terminal);
}
