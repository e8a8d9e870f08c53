//! Several processes on one file: nobody gets another's item, nobody is told of a locked database.

use crate::harness::{Terminal, TestEnv};
use serde_json::Value as Json;
use std::process::Stdio;

/// Rows that come in while people label.
const IMPORTED: usize = 100_000;

#[test]
fn five_people_label_while_a_hundred_thousand_rows_come_in() {
    let env = TestEnv::new();
    env.configure("[label]\nmin_look_ms = 0\n");
    env.project("reviews", 600);
    env.karat(["lanes", "--set", "learn=100,random=0,overlap=0,gold=0"]).ok();
    let rows: String = (1000..).take(IMPORTED).map(|n| format!("{n},Review {n} of a later camera.\n")).collect();
    env.write("more.csv", format!("id,text\n{rows}"));
    let people = ["ana", "ben", "chi", "dee", "eli"];
    let import = env
        .command(["import", "more.csv", "--as", "items"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("an import");
    std::thread::scope(|scope| {
        for person in people {
            let env = &env;
            scope.spawn(move || label(env, person, 20));
        }
    });
    let import = import.wait_with_output().expect("an import that ends");
    let told = String::from_utf8_lossy(&import.stderr);
    assert!(import.status.success() && !told.contains("locked"), "{told}");
    let mut served = env.read("SELECT item AS x FROM v_answers WHERE live AND lane = 'learn'");
    assert_eq!(served.len(), people.len() * 20);
    served.sort();
    served.dedup();
    assert_eq!(served.len(), people.len() * 20, "an item was served twice");
    let status = env.karat(["status", "--json"]).json();
    assert_eq!(status["items"], Json::from(600 + IMPORTED));
    env.sound("reviews.karat");
}

fn label(env: &TestEnv, person: &str, items: usize) {
    let mut terminal = Terminal::sit(env, person);
    for n in 0..items {
        terminal.answer(["1", "2", "3"][n % 3]);
        let screen = terminal.contents();
        assert!(!screen.contains("locked"), "{screen}");
    }
    terminal.keys("\x11").wait_end();
}
