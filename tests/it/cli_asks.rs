//! What the command line asks on a terminal.

use crate::harness::{Terminal, TestEnv};
use karat::clock::SystemClock;
use karat::domain::{ActKind, PersonKind, Role};
use karat::project::{Place, Project};
use std::sync::Arc;

#[test]
fn an_unfamiliar_login_name_is_asked_whether_it_is_the_person_of_a_known_name() {
    let env = TestEnv::new();
    let path = env.project("reviews", 30);
    let place = Place { clock: Arc::new(SystemClock), os_user: "zoe.x".into(), host: "far".into(), pid: 1 };
    let mut elsewhere = Project::open(&path, place).expect("a project");
    let zoe = elsewhere.join("zoe").expect("zoe joins");
    elsewhere
        .write(zoe, ActKind::Person, |w| w.add_person("yan", Role::Annotator, PersonKind::Person))
        .expect("written");
    drop(elsewhere);

    let mut no = Terminal::start(&env, &["--by", "zoe", "answer", "3", "positive"]);
    no.wait_for("zoe has worked here as zoe.x").keys("n\r");
    assert_eq!(no.wait_end().exit_code(), 2);
    let mut yes = Terminal::start(&env, &["--by", "zoe", "answer", "3", "positive"]);
    yes.wait_for("Are you zoe?").keys("y\r").wait_for("saved: 3 is positive");
    assert_eq!(yes.wait_end().exit_code(), 0);
    let mut known = Terminal::start(&env, &["--by", "zoe", "answer", "4", "positive"]);
    known.wait_for("saved: 4 is positive");
    assert_eq!(env.karat(["status", "--json"]).json()["questions"][0]["answers"], 2);
}

#[test]
fn erasing_goes_on_only_after_a_yes() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let mut no = Terminal::start(&env, &["erase", "3"]);
    no.wait_for("Go on?").keys("\r").wait_for("nothing was erased");
    assert_eq!(no.wait_end().exit_code(), 130);
    let mut yes = Terminal::start(&env, &["erase", "3"]);
    yes.wait_for("Go on?").keys("yes\r").wait_for("erased");
    assert_eq!(yes.wait_end().exit_code(), 0);
}

#[test]
fn the_demo_asks_before_it_goes_on_with_a_file() {
    let env = TestEnv::new();
    env.karat(["demo", "--dir", "."]).ok();
    let before = env.karat(["log", "--json"]).json();
    let mut no = Terminal::start(&env, &["demo", "--dir", "."]);
    no.wait_for("Go on with it?").keys("n\r").wait_for("left as it is");
    assert_eq!(no.wait_end().exit_code(), 1);
    assert_eq!(env.karat(["log", "--json"]).json(), before);
}

#[test]
fn where_there_is_no_project_a_data_file_is_offered_made_into_one_and_opened() {
    let env = TestEnv::new();
    let rows: String = (0..30).map(|n| format!("{n},Review {n} of a camera.,{}\n", ["bad", "good"][n % 2])).collect();
    env.write("reviews.csv", format!("id,text,label\n{rows}"));
    let mut none = Terminal::start(&env, &[]);
    none.wait_for("reviews.csv").keys("\r").wait_for("no project here");
    assert_eq!(none.wait_end().exit_code(), 2);
    let mut karat = Terminal::start(&env, &[]);
    karat.wait_for("Which one?").keys("1\r");
    for _ in 0..4 {
        karat.keys("\r");
    }
    karat.wait_for("answered of 30").keys("\u{11}");
    assert_eq!(karat.wait_end().exit_code(), 0);
    assert!(env.path("reviews.karat").exists());
}
