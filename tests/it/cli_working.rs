//! Working together on the command line: who is asked what twice, who has to qualify, and what is kept from whom.

use crate::harness::TestEnv;
use serde_json::{Value as Json, json};

fn person<'a>(people: &'a Json, name: &str) -> &'a Json {
    people["people"].as_array().expect("people").iter().find(|p| p["name"] == name).expect("in the list")
}

fn left(env: &TestEnv, lane: usize, who: &str) -> Json {
    env.karat(["lanes", "--by", who, "--json"]).json()["lanes"][lane]["left"].clone()
}

#[test]
fn the_overlap_policy_is_set_shown_and_kept_to() {
    let env = TestEnv::new();
    env.project("reviews", 60);
    for name in ["ben", "chi"] {
        env.karat(["people", "add", name]).ok();
    }
    env.karat(["settings", "set", "overlap.share", "40"]).ok();
    env.karat(["settings", "set", "overlap.answers", "3"]).ok();
    let unknown = env.karat(["settings", "set", "overlap.people", "ana,bem"]).fails(2);
    assert!(unknown.contains("\"bem\"") && unknown.contains("did you mean \"ben\""), "{unknown}");
    let told = env.karat(["settings", "set", "overlap.people", "ben, ana"]).ok();
    assert!(told.contains("ana,ben") || told.contains("ben,ana"), "{told}");
    env.karat(["people", "rename", "ben", "benny"]).ok();

    let all: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    for item in &all {
        env.karat(["answer", item, "negative", "--by", "ana", "--quiet"]).ok();
    }
    let lanes = env.karat(["lanes", "--json"]).json();
    let overlap = &lanes["overlap"];
    let mut names: Vec<&str> = overlap["people"].as_array().expect("names").iter().filter_map(Json::as_str).collect();
    names.sort_unstable();
    assert_eq!((names, &overlap["share"], &overlap["answers"]), (vec!["ana", "benny"], &json!(40), &json!(3)));
    let items = overlap["items"].as_u64().expect("a number");
    assert!((10..=34).contains(&items), "{overlap}");
    assert_eq!((overlap["by_answers"]["1"].as_u64(), &overlap["met"]), (Some(items), &json!(0)));
    assert_eq!(overlap["outside"].as_u64(), Some(54 - items));
    assert_eq!((left(&env, 2, "benny"), left(&env, 2, "chi")), (json!(items), json!(0)), "chi is not asked again");

    for item in &all[..30] {
        for by in ["benny", "chi"] {
            env.karat(["answer", item, "neutral", "--by", by, "--quiet"]).ok();
        }
    }
    let overlap = env.karat(["lanes", "--json"]).json()["overlap"].clone();
    assert_eq!((&overlap["met"], &overlap["begun"]), (&overlap["by_answers"]["3"], &json!(items)));
    assert!(overlap["outside_with_several"].as_u64().is_some_and(|n| n > 0));
    let told = env.karat(["lanes"]).ok();
    assert!(told.contains("3 people each about") && told.contains("asked again: ana, benny"), "{told}");
    assert!(told.contains("picked, imported, or served as gold"), "{told}");
    env.karat(["lanes", "--set", "learn=85,overlap=0"]).ok();
    let told = env.karat(["lanes", "--by", "benny"]).ok();
    assert!(told.contains("the lane overlap has no share"), "{told}");
    assert_eq!(left(&env, 2, "benny"), json!(0), "and serves nothing");
    env.karat(["settings", "set", "overlap.people", "everybody"]).ok();
    assert_eq!(env.karat(["lanes", "--json"]).json()["overlap"]["people"], Json::Null);
}

#[test]
fn a_qualification_is_shown_waived_and_begun_again() {
    let env = TestEnv::new();
    env.project("reviews", 40);
    env.karat(["people", "add", "ben"]).ok();
    env.karat(["people", "add", "rea", "--role", "reviewer"]).ok();
    assert_eq!(env.karat(["lanes", "--json"]).json()["qualification"], Json::Null);
    assert!(env.karat(["people", "qualify", "ben"]).fails(2).contains("nobody has to qualify"));
    env.karat(["settings", "set", "qualification.items", "100"]).ok();
    let lanes = env.karat(["lanes", "--json"]).json();
    assert_eq!(lanes["qualification"], json!({"items": 100, "accuracy": 80, "gold": 36, "needed": 36}));
    assert!(env.karat(["lanes"]).ok().contains("all there are of the 100"));
    env.karat(["settings", "set", "qualification.items", "10"]).ok();
    assert!(env.karat(["lanes"]).ok().contains("answer 10 items"));

    let queue = |who: &str, lane: &str| {
        let queue = env.karat(["queue", "--by", who, "--lane", lane, "--limit", "99", "--json"]).json();
        (queue["items"].as_array().expect("items").len(), queue["left"].clone())
    };
    assert_eq!((queue("ben", "learn"), queue("ben", "gold")), ((0, json!(36)), (36, json!(36))));
    assert_eq!(queue("rea", "learn").0, 36);
    let next = env.karat(["queue", "--by", "ben", "--json"]).json();
    assert_eq!((&next["qualification"]["stage"], &next["items"][0]["lane"]), (&json!("open"), &json!("gold")));
    let told = env.karat(["queue", "--by", "ben"]).ok();
    assert!(told.contains("ben is to qualify for ") && told.contains("0 of 10 items of known truth"), "{told}");
    assert_eq!(env.karat(["queue", "--by", "rea", "--json"]).json()["qualification"], Json::Null);
    let people = env.karat(["people", "--json"]).json();
    let open = json!({"stage": "open", "answered": 0, "needed": 10, "right": 0, "to_pass": 8});
    assert_eq!(
        (&person(&people, "ben")["qualification"], &person(&people, "rea")["qualification"]),
        (&open, &Json::Null)
    );
    let seen_by_rea = env.karat(["people", "--by", "rea", "--json"]).json();
    assert_eq!(person(&seen_by_rea, "ben")["qualification"]["right"], Json::Null);
    assert!(env.karat(["people", "qualify", "rea", "--waive"]).fails(2).contains("is a reviewer"));

    let waived = env.karat(["people", "qualify", "ben", "--waive", "--json"]).json();
    assert_eq!(waived["qualification"]["stage"], "waived");
    assert_eq!(queue("ben", "learn").0, 36);
    let board = env.karat(["people", "board", "--json"]).json();
    assert_eq!(person(&board, "ben")["qualification"]["stage"], "waived");
    assert!(env.karat(["people", "board"]).ok().contains("waived"));
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["people", "qualify", "ben", "--json"]).json()["qualification"], open, "a setting like any");
    env.karat(["people", "qualify", "ben", "--again"]).ok();
    assert!(env.karat(["people", "qualify", "ben"]).ok().contains("0 of 10"));
    env.karat(["people", "qualify", "ben", "--again", "--waive"]).fails(2);
    env.sound("reviews.karat");
}

#[test]
fn an_annotator_is_not_told_what_others_said_before_they_have_answered() {
    let env = TestEnv::new();
    env.project("reviews", 20);
    env.karat(["people", "add", "ben"]).ok();
    for (item, ana, chi) in [("3", "negative", "positive"), ("4", "neutral", "positive")] {
        env.karat(["answer", item, ana]).ok();
        env.karat(["answer", item, chi, "--by", "chi"]).ok();
    }
    env.karat(["answer", "4", "neutral", "--by", "ben"]).ok();
    let seen = |who: &str| {
        let found = env.karat(["agreement", "--by", who, "--json"]).json();
        (found["disputes"].as_array().expect("disputes").len(), found["withheld_disputes"].clone())
    };
    assert_eq!((seen("ana"), seen("ben")), ((2, json!(0)), (1, json!(1))));
    let told = env.karat(["agreement", "--by", "ben"]).ok();
    assert!(told.contains("1 disputed items are not shown"), "{told}");
    let about = |who: &str, expression: &str| {
        env.karat(["agreement", "--by", who, "--where", expression, "--json"]).json()["answers"].clone()
    };
    assert_eq!((about("ana", "id = '3'"), about("ben", "id = '3'")), (json!(2), json!(0)));
    assert_eq!(about("ben", "gold = 'negative'"), json!(0), "nor which items the truth is about");
}
