//! Two copies of a project that were labelled apart come together, whichever takes in the other.

use crate::harness::TestEnv;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// `ours.karat` and `theirs.karat`, answered by two people, one of them on both sides.
fn labelled_apart() -> TestEnv {
    let env = TestEnv::new();
    env.project("ours", 60);
    env.karat(["-p", "ours.karat", "answer", "0", "negative"]).ok();
    env.karat(["-p", "ours.karat", "copy", "theirs.karat"]).ok();
    let said = |file: &str, by: &str, items: std::ops::Range<u32>, label: &str| {
        for n in items {
            env.karat(["-p", file, "--by", by, "answer", &n.to_string(), label]).ok();
        }
    };
    said("ours.karat", "ana", 1..8, "positive");
    said("theirs.karat", "ben", 4..12, "neutral");
    said("theirs.karat", "ana", 6..10, "negative");
    env.karat(["-p", "theirs.karat", "label", "add", "mixed"]).ok();
    env.karat(["-p", "ours.karat", "label", "rename", "neutral", "plain"]).ok();
    env
}

fn merge(env: &TestEnv, into: &str, other: &str, as_file: &str) -> Json {
    env.karat(["-p", into, "copy", as_file]).ok();
    env.karat(["-p", as_file, "merge", other, "--json"]).json()
}

/// What the file says, whichever copy it grew from: answers and labels.
fn content(env: &TestEnv, file: &str) -> (BTreeSet<String>, Json) {
    let answers = env.karat(["-p", file, "export", "-", "--what", "answers", "--format", "jsonl"]).ok();
    (answers.lines().map(str::to_owned).collect(), env.karat(["-p", file, "label", "list", "--json"]).json())
}

fn sound(env: &TestEnv, file: &str) {
    env.sound(file);
    let log = env.karat(["-p", file, "log", "--json"]).json();
    assert_eq!(log["verified"], Json::Bool(true), "{log:#}");
}

#[test]
fn either_order_gives_the_same_content_and_the_same_conflicts() {
    let env = labelled_apart();
    let one = merge(&env, "ours.karat", "theirs.karat", "one.karat");
    let other = merge(&env, "theirs.karat", "ours.karat", "other.karat");
    assert_eq!(content(&env, "one.karat"), content(&env, "other.karat"));
    let items = |merged: &Json| -> Vec<String> {
        let conflicts = merged["conflicts"].as_array().expect("a list of conflicts").iter();
        conflicts.map(|c| format!("{} {}", c["annotator"], c["item"])).collect()
    };
    // Ana answered 6 and 7 in both copies.
    assert_eq!(items(&one), [r#""ana" "6""#, r#""ana" "7""#]);
    assert_eq!(items(&other), items(&one));
    sound(&env, "one.karat");
    sound(&env, "other.karat");
    let again = env.karat(["-p", "one.karat", "merge", "theirs.karat", "--json"]).json();
    assert_eq!((&again["acts"], &again["facts"]), (&Json::from(0), &Json::from(0)));
}

#[test]
fn an_act_of_the_other_copy_can_be_undone_and_the_undo_travels_back() {
    let env = labelled_apart();
    merge(&env, "ours.karat", "theirs.karat", "one.karat");
    let before = content(&env, "one.karat");
    let undone = env.karat(["-p", "one.karat", "--by", "ben", "undo", "--json"]).json();
    assert!(undone["summary"].as_str().is_some_and(|s| s.contains("11")), "{undone:#}");
    let after = content(&env, "one.karat");
    assert_eq!(before.0.difference(&after.0).count(), 1);
    env.karat(["-p", "theirs.karat", "merge", "one.karat"]).ok();
    assert_eq!(content(&env, "theirs.karat"), after);
    env.karat(["-p", "one.karat", "--by", "ben", "redo"]).ok();
    assert_eq!(content(&env, "one.karat"), before);
    sound(&env, "one.karat");
    sound(&env, "theirs.karat");
}
