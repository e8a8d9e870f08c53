//! What a project is asked and by whom, the care of its file, and the demo, by script.

use crate::harness::TestEnv;
use serde_json::{Value as Json, json};
use std::process::Stdio;

#[test]
fn labels_are_added_renamed_merged_and_retired() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "negative"]).ok();
    let added = env.karat(["label", "add", "mixed", "--json"]).json();
    assert_eq!((&added["labels"][3]["name"], &added["labels"][3]["key"]), (&json!("mixed"), &json!("4")));
    env.karat(["label", "rename", "negative", "bad"]).ok();
    assert_eq!(env.karat(["label", "list", "--json"]).json()["labels"][0]["answers"], 1);
    env.karat(["answer", "4", "mixed"]).ok();
    env.karat(["label", "merge", "mixed", "bad"]).ok();
    assert_eq!(env.karat(["label", "--json"]).json()["labels"][0]["answers"], 2);
    env.karat(["label", "retire", "neutral"]).ok();
    assert!(env.karat(["answer", "5", "neutral"]).fails(2).contains("retired"));
    assert!(env.karat(["label", "rename", "postive", "good"]).fails(2).contains("\"positive\""));
    assert!(env.karat(["label", "add", "positive"]).fails(1).contains("already"));
}

#[test]
fn a_project_asks_several_questions() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["question", "add", "stars", "--kind", "rating"]).ok();
    let told = env.karat(["answer", "3", "4"]).fails(2);
    assert!(told.contains("--question"), "{told}");
    let answer = env.karat(["--question", "stars", "answer", "3", "4", "--json"]).json();
    assert_eq!((&answer["question"], &answer["answer"]), (&json!("stars"), &json!(4)));
    env.karat(["question", "rename", "stars", "rating"]).ok();
    let names = env.karat(["question", "--json"]).json();
    assert_eq!(names["questions"][1]["name"], "rating");
    assert!(env.karat(["--question", "rating", "retrain"]).fails(2).contains("choice"));
}

#[test]
fn guidelines_are_revised_from_a_file() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let file = env.write("rules.md", "Judge the camera.\n").to_string_lossy().into_owned();
    let first = env.karat(["guidelines", "edit", "--from", &file, "--json"]).json();
    assert_eq!((&first["revision"], &first["by"]), (&json!(1), &json!("ana")));
    let again = env.karat(["guidelines", "edit", "--from", &file, "--json"]).json();
    assert_eq!(again["revision"], 1, "the same text is no revision");
    assert!(env.karat(["guidelines", "show"]).ok().contains("Judge the camera."));
}

#[test]
fn people_join_by_acting_and_have_roles_and_goals() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["--by", "ben", "answer", "3", "negative"]).ok();
    env.karat(["people", "goal", "50"]).ok();
    env.karat(["people", "role", "ben", "reviewer"]).ok();
    env.karat(["people", "rename", "ben", "benny"]).ok();
    let people = env.karat(["people", "--json"]).json();
    let find = |name: &str| people["people"].as_array().expect("people").iter().find(|p| p["name"] == name).cloned();
    let (ana, ben) = (find("ana").expect("ana"), find("benny").expect("benny"));
    assert_eq!((&ana["role"], &ana["goal"], &ana["answers"]), (&json!("lead"), &json!(50), &json!(0)));
    assert_eq!((&ben["role"], &ben["goal"], &ben["answers"]), (&json!("reviewer"), &Json::Null, &json!(1)));
    assert!(env.karat(["people", "role", "bennie", "lead"]).fails(2).contains("\"benny\""));
}

#[test]
fn settings_and_lanes_are_read_and_changed() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["settings", "set", "batch", "5"]).ok();
    assert_eq!(env.karat(["settings", "get", "batch", "--json"]).json()["batch"]["value"], 5);
    env.karat(["settings", "set", "strategy", "seek positive"]).ok();
    assert_eq!(env.karat(["queue", "--json"]).json()["strategy"], "seek positive");
    let lanes = env.karat(["lanes", "--set", "learn=50,random=50,overlap=0", "--json"]).json();
    let shares: Vec<_> = lanes["lanes"].as_array().expect("lanes").iter().map(|lane| lane["share"].clone()).collect();
    assert_eq!(shares, [json!(50), json!(50), json!(0), json!(0), json!(50), json!(2)]);
    assert_eq!(lanes["lanes"][0]["left"], 27);
    assert!(env.karat(["lanes", "--set", "learn=60"]).fails(2).contains("add up to 110 %"));
    assert!(env.karat(["lanes", "--set", "learn=-3"]).fails(2).contains("from 0 to 100"));
    env.karat(["question", "add", "tone", "--labels", "a,b"]).ok();
    let lanes = env.karat(["lanes", "--set", "learn=40,overlap=10", "--json"]).json();
    assert_eq!((&lanes["question"], &lanes["lanes"][0]["share"]), (&Json::Null, &json!(40)));
    assert!(env.karat(["lanes"]).fails(2).contains("--question"));
    env.karat(["settings", "set", "lanes.learn", "30"]).ok();
    assert!(env.karat(["lanes", "--question", "tone"]).ok().contains("add up to 90 %"));
    let lanes = env.karat(["lanes", "--set", "review=5", "--question", "tone", "--json"]).json();
    assert_eq!(lanes["lanes"][4]["share"], 5, "it stands beside the others, which add up without it");
}

#[test]
fn a_ruling_settles_an_item_and_takes_it_out_of_the_queue() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let queue = || env.karat(["queue", "--limit", "30", "--json"]).json();
    let first = queue()["items"][0]["item"].as_str().expect("an id").to_owned();
    let settled = env.karat(["settle", &first, "positive", "--note", "by the guidelines", "--json"]).json();
    assert_eq!((&settled["method"], &settled["rulings"][0]["value"]), (&json!("adjudicated"), &json!("positive")));
    assert!(queue()["items"].as_array().expect("items").iter().all(|item| item["item"] != first));
    assert_eq!(env.karat(["status", "--json"]).json()["questions"][0]["rulings"], 1);
}

#[test]
fn copies_labelled_apart_merge_and_conflicts_are_told() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["people", "add", "ben"]).ok();
    env.karat(["copy", "other.karat"]).ok();
    assert!(env.karat(["copy", "other.karat", "-p", "reviews.karat"]).fails(1).contains("already"));
    env.karat(["-p", "reviews.karat", "answer", "3", "negative"]).ok();
    env.karat(["-p", "other.karat", "answer", "3", "positive"]).ok();
    env.karat(["-p", "other.karat", "--by", "ben", "answer", "4", "neutral"]).ok();
    let tried = env.karat(["-p", "reviews.karat", "merge", "other.karat", "--dry-run", "--json"]).json();
    assert_eq!(tried["conflicts"].as_array().map(Vec::len), Some(1), "{tried}");
    assert_eq!(env.karat(["-p", "reviews.karat", "status", "--json"]).json()["questions"][0]["answers"], 1);
    assert_eq!(std::fs::read_dir(env.dir()).expect("a folder").filter_map(Result::ok).count(), 3, "no scratch stays");
    let merged = env.karat(["-p", "reviews.karat", "merge", "other.karat", "--json"]).json();
    assert_eq!(merged["conflicts"].as_array().map(Vec::len), Some(1), "{merged}");
    assert_eq!(merged["conflicts"][0]["item"], "3");
    let status = env.karat(["-p", "reviews.karat", "status", "--json"]).json();
    assert_eq!(status["questions"][0]["answers"], 2);
    assert_eq!(env.karat(["-p", "reviews.karat", "doctor", "--json"]).json()["ok"], true);
    assert_eq!(env.karat(["-p", "reviews.karat", "doctor", "--rebuild", "--json"]).json()["ok"], true);
}

#[test]
fn erasing_asks_first_and_leaves_a_tombstone() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    assert!(env.karat(["erase", "3"]).fails(2).contains("--yes"));
    env.karat(["erase", "3", "--yes"]).ok();
    let texts = env.karat(["queue", "--limit", "30"]).ok();
    assert!(!texts.contains("Review 3 of"), "{texts}");
    assert_eq!(env.karat(["doctor", "--json"]).json()["ok"], true);
}

#[test]
fn without_a_project_the_data_files_are_named() {
    let env = TestEnv::new();
    assert!(env.karat(["status"]).fails(2).contains("karat demo"));
    env.write("reviews.csv", "id,text\n1,a\n");
    assert!(env.karat(["status"]).fails(2).contains("karat init reviews.csv"));
    env.write("a.karat", "");
    env.write("b.karat", "");
    let several = env.karat(["status"]).fails(2);
    assert!(several.contains("a.karat, b.karat"), "{several}");
    assert!(env.karat(["status", "-p", "a.karat"]).fails(1).contains("not a Karat project"));
}

#[test]
fn the_demo_is_unpacked_once_and_never_over_a_file() {
    let env = TestEnv::new();
    let made = env.karat(["demo", "--dir", "here", "--json"]).json();
    assert_eq!(made["created"], true);
    let status = env.karat(["-p", "here/reviews.karat", "status", "--json"]).json();
    assert_eq!(status["items"], 3708);
    assert_eq!(status["questions"][0]["labels"], json!(["negative", "neutral", "positive"]));
    assert!(env.karat(["demo", "--dir", "here"]).fails(1).contains("already"));
    let round = env.karat(["-p", "here/reviews.karat", "retrain", "--json"]).json();
    assert!(round["accuracy"]["n"].as_u64().is_some_and(|n| n > 300), "{round}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let env = TestEnv::new();
    env.project("reviews", 200);
    let mut child =
        env.command(["queue", "--limit", "200"]).stdout(Stdio::piped()).spawn().expect("a karat that starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn shells_and_man_are_served() {
    let env = TestEnv::new();
    assert!(env.karat(["completions", "bash"]).ok().contains("karat"));
    assert!(env.karat(["man"]).ok().contains(".TH karat"));
    assert!(env.karat(["--help"]).ok().contains("status"));
    env.karat(["completions", "tcl"]).fails(2);
}

#[test]
fn an_export_never_lands_on_the_project() {
    let env = TestEnv::new();
    env.write("rows.csv", "id,text,gold\n1,good,p\n2,bad,n\n");
    env.karat(["init", "rows.csv", "-p", "odd.csv"]).ok();
    assert!(env.karat(["-p", "odd.csv", "export", "odd.csv"]).fails(2).contains("name of a project"));
    assert_eq!(env.karat(["-p", "odd.csv", "status", "--json"]).json()["items"], 2);
}

#[test]
fn erased_text_is_gone_from_the_file() {
    let env = TestEnv::new();
    let file = env.project("reviews", 200);
    for item in 0..30 {
        env.karat(["erase", &item.to_string(), "--yes"]).ok();
    }
    let bytes = std::fs::read(&file).expect("a project");
    for item in 0..30 {
        let text = format!("Review {item} of a");
        assert!(!bytes.windows(text.len()).any(|at| at == text.as_bytes()), "{text} is still there");
    }
    assert!(bytes.windows(15).any(|at| at == b"Review 199 of a"));
    env.sound("reviews.karat");
}

#[test]
fn copies_that_settle_an_item_differently_say_so() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["people", "add", "bo", "--role", "reviewer"]).ok();
    std::fs::copy(env.path("reviews.karat"), env.path("other.karat")).expect("a copy");
    env.karat(["-p", "reviews.karat", "settle", "3", "positive"]).ok();
    env.karat(["-p", "other.karat", "--by", "bo", "settle", "3", "negative"]).ok();
    env.karat(["-p", "reviews.karat", "settle", "4", "positive"]).ok();
    env.karat(["-p", "other.karat", "--by", "bo", "settle", "4", "positive"]).ok();
    let merged = env.karat(["-p", "reviews.karat", "merge", "other.karat", "--json"]).json();
    let conflicts = merged["conflicts"].as_array().expect("a list");
    assert_eq!(conflicts.len(), 1, "{merged:#}");
    assert_eq!((&conflicts[0]["item"], &conflicts[0]["annotator"]), (&json!("3"), &Json::Null));
    env.karat(["-p", "reviews.karat", "settle", "3", "neutral"]).ok();
    let again = env.karat(["-p", "reviews.karat", "merge", "other.karat", "--json"]).json();
    assert_eq!(again["conflicts"], json!([]), "a ruling after both ends it");
}
