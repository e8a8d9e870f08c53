//! What people mistype or leave out, and what they are told.

use crate::harness::TestEnv;
use serde_json::{Value as Json, json};

#[test]
fn a_missing_folder_is_named_not_the_file_that_is_to_be_made() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    for command in
        [&["init", "reviews.csv", "-p", "nodir/x.karat"][..], &["copy", "nodir/x.karat"], &["export", "nodir/x.csv"]]
    {
        let told = env.karat(command).fails(1);
        assert!(told.contains("the folder nodir does not exist"), "{told}");
    }
}

#[test]
fn a_project_before_the_command_is_the_one_that_is_meant() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.project("others", 40);
    assert_eq!(env.karat(["others.karat", "status", "--json"]).json()["items"], 40);
    assert!(env.karat(["others.karat", "status", "-p", "reviews.karat"]).fails(2).contains("two projects"));
    assert!(env.karat(["others", "status"]).fails(2).contains("no command \"others\""));
}

#[test]
fn a_negative_number_is_a_value() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["question", "add", "stars", "--kind", "rating"]).ok();
    env.karat(["question", "scale", "stars", "-5-5"]).ok();
    let answer = env.karat(["--question", "stars", "answer", "3", "-3", "--json"]).json();
    assert_eq!(answer["answer"], json!(-3));
    assert!(env.karat(["--question", "stars", "answer", "-3", "1"]).fails(1).contains("-3"));
    assert!(env.karat(["settings", "set", "batch", "-3"]).fails(2).contains("from 1 to 10000"));
    assert!(env.karat(["people", "goal", "-3"]).fails(2).contains("invalid value '-3'"));
}

#[test]
fn init_suggests_only_what_it_has() {
    let env = TestEnv::new();
    env.write("rows.csv", "id,text,gold\n1,good thing,good\n2,bad thing,bad\n3,so so,so\n");
    let told = env.karat(["init", "rows.csv", "--gold", "gold", "--labels", "good,bad"]).fails(1);
    assert!(told.contains("--labels") && !told.contains("--map") && !told.contains("--add-labels"), "{told}");
    env.karat(["init", "rows.csv", "--gold", "gold"]).ok();
    env.write("rows.csv", "id,text,gold\n4,more of it,odd\n");
    let told = env.karat(["import", "rows.csv", "--as", "items"]).fails(1);
    assert!(told.contains("karat label add") && !told.contains("--add-labels"), "{told}");
}

#[test]
fn the_log_says_how_an_import_is_taken_back() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.write("more.csv", "id,text\nx,More of it.\n");
    let batch = env.karat(["import", "more.csv", "--as", "items", "--json"]).json();
    let log = env.karat(["log"]).ok();
    let told = log.lines().find(|line| line.contains("--undo")).expect("a line that says how");
    let id = told.split_whitespace().next_back().expect("an id");
    assert!(batch["batch"].as_str().is_some_and(|batch| batch.starts_with(id)), "{log}");
    env.karat(["import", "--undo", id]).ok();
    assert!(!env.karat(["log"]).ok().contains("--undo"), "nothing to take back any more");
}

#[test]
fn whoever_is_mistyped_in_a_command_that_fails_does_not_join() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.write("bad.csv", "id,text\n1,a\n1,b\n");
    let failing: [&[&str]; 14] = [
        &["answer", "nothing-of-the-sort", "positive"],
        &["answer", "3", "postive"],
        &["settle", "nothing-of-the-sort", "positive"],
        &["undo"],
        &["redo"],
        &["import", "bad.csv", "--as", "items"],
        &["import", "--undo", "01"],
        &["people", "add", "ana"],
        &["people", "rename", "nobody", "bo"],
        &["label", "rename", "nothing", "good"],
        &["question", "add", "label"],
        &["field", "set", "nothing", "--show", "true"],
        &["settings", "set", "batch", "0"],
        &["retrain"],
    ];
    for command in failing {
        let run = env.karat(["--by", "aan"].iter().chain(command));
        assert_ne!(run.code, Some(0), "{command:?}");
    }
    env.karat(["--by", "aan", "import", "reviews.csv", "--as", "items", "--dry-run"]).ok();
    let names = |env: &TestEnv| -> Vec<Json> {
        let people = env.karat(["people", "--json"]).json();
        people["people"].as_array().expect("people").iter().map(|p| p["name"].clone()).collect()
    };
    assert_eq!(names(&env), ["ana"]);
    env.karat(["--by", "aan", "answer", "3", "positive"]).ok();
    assert_eq!(names(&env), ["ana", "aan"]);
    env.sound("reviews.karat");
}

#[test]
fn undo_takes_back_what_was_changed_and_says_what_it_passed_over() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "positive"]).ok();
    env.karat(["settings", "set", "batch", "5"]).ok();
    env.karat(["settings", "set", "batch", "7"]).ok();
    env.karat(["people", "add", "ben"]).ok();
    let undo = env.karat(["undo"]);
    assert!(undo.out.contains("one newer stays") && undo.out.contains("stays: person ben"), "{undo:?}");
    assert!(undo.ok().contains("took back: batch: 7"));
    let batch = || env.karat(["settings", "get", "batch", "--json"]).json()["batch"]["value"].clone();
    assert_eq!(batch(), 5);
    let undone = env.karat(["undo", "--json"]).json();
    assert_eq!((&undone["summary"], &undone["passed_over"][0]["kind"]), (&json!("batch: 5"), &json!("person")));
    assert_eq!(batch(), 20);
    env.karat(["redo"]).ok();
    assert_eq!(batch(), 5);
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["undo", "--json"]).json()["summary"], "positive to 3");
    let nothing = env.karat(["undo"]).fails(1);
    assert!(nothing.contains("cannot be taken back: person ben"), "{nothing}");
    env.sound("reviews.karat");
}

#[test]
fn an_option_takes_its_value_even_where_a_command_is_called_that() {
    let env = TestEnv::new();
    env.project("reviews", 6);
    let status = env.karat(["--question", "label", "label", "list", "--json"]).json();
    assert_eq!(status["question"], "label");
    env.karat(["--by", "review", "answer", "3", "neutral"]).ok();
    assert_eq!(env.karat(["reviews.karat", "status", "--json"]).json()["items"], 6);
    assert!(env.karat(["people", "--json"]).json().to_string().contains("\"review\""));
}
