//! Splits and snapshots, by script.

use crate::harness::TestEnv;
use serde_json::json;

/// Forty rows: two of each text, two years, three folds, a label each.
fn project() -> TestEnv {
    let env = TestEnv::new();
    let mut csv = String::from("id,text,year,fold,label\n");
    for i in 0..40 {
        let (year, fold) = (2020 + i / 10, ["train", "train", "dev", "test"][i % 4]);
        csv += &format!("{i},\"text {}\",{year},{fold},{}\n", i % 38, if i % 4 < 3 { "yes" } else { "no" });
    }
    env.write("data.csv", &csv);
    env.karat(["init", "data.csv", "--labelled", "label", "--eval", "0.1"]).ok();
    env
}

#[test]
fn a_split_is_drawn_tried_first_and_taken_back() {
    let env = project();
    let before = env.karat(["split", "--json"]).json();
    assert_eq!(before["rule"], json!(null));
    let tried = env.karat(["split", "--test", "0.25", "--stratify", "--dry-run", "--json"]).json();
    // A unit of two copies may make one more or less.
    let tests = |report: &serde_json::Value| report["splits"]["test"]["items"].as_u64().unwrap();
    assert!((9..=11).contains(&tests(&tried)), "{tried}");
    assert_eq!(env.karat(["split", "--json"]).json()["splits"], before["splits"], "nothing has changed");
    let done = env.karat(["split", "--test", "0.25", "--validation", "0.1", "--stratify", "--json"]).json();
    assert!((9..=11).contains(&tests(&done)) && done["splits"]["validation"]["items"].as_u64() > Some(2), "{done}");
    let again = env.karat(["split", "--json"]).json();
    assert_eq!((&again["rule"]["by"], &again["splits"]), (&json!("share"), &done["splits"]));
    let labels = |value: &str| {
        let found = env.karat([
            "export",
            "-",
            "--what",
            "items",
            "--where",
            &format!("split = 'test' and label.value = '{value}'"),
        ]);
        found.ok().lines().count() - 1
    };
    let (yes, no) = (labels("yes"), labels("no"));
    assert_eq!((yes + no) as u64, tests(&done));
    assert!((1..=4).contains(&no), "about a quarter of each: {yes} and {no}");
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["split", "--json"]).json()["rule"], json!(null));
}

#[test]
fn a_split_goes_by_time_or_by_a_field_and_copies_stay_together() {
    let env = project();
    let by_time = env.karat(["split", "--test", "0.25", "--validation", "0.25", "--time", "year", "--json"]).json();
    assert_eq!((&by_time["rule"]["test_from"], &by_time["rule"]["validation_from"]), (&json!(2023.0), &json!(2022.0)));
    // Rows 38 and 39 are of 2023 and repeat rows 0 and 1, which judge with them.
    assert_eq!(by_time["splits"]["test"]["items"], 12, "{by_time}");
    let by_field = env.karat(["split", "--from", "fold", "--json"]).json();
    assert_eq!(by_field["splits"]["validation"]["items"], 11, "{by_field}");
    assert!(by_field["notes"][0].as_str().unwrap().contains("moved"), "{by_field}");
    let wrong = env.karat(["split", "--from", "year"]).fails(1);
    assert!(wrong.contains("\"2020\" (10), \"2021\" (10)") && wrong.contains("train, validation"), "{wrong}");
    assert!(env.karat(["split", "--from", "flod"]).fails(2).contains("\"fold\""));
    assert!(env.karat(["split", "--test", "0.7", "--validation", "0.3"]).fails(2).contains("nothing to learn from"));
}

#[test]
fn snapshots_are_kept_named_and_compared() {
    let env = project();
    assert!(env.karat(["snapshot", "show"]).fails(2).contains("karat snapshot create"));
    let first = env.karat(["snapshot", "create", "--json"]).json();
    assert_eq!((&first["snapshot"], &first["items"], &first["settled"]), (&json!(1), &json!(40), &json!(40)));
    assert_eq!(env.karat(["snapshot", "create", "--json"]).json()["new"], false);
    env.karat(["settle", "3", "yes"]).ok();
    env.karat(["answer", "5", "yes"]).ok();
    env.karat(["split", "--from", "fold"]).ok();
    env.karat(["snapshot", "create", "--name", "second"]).ok();
    let diff = env.karat(["snapshot", "diff", "1", "second", "--json"]).json();
    assert_eq!((&diff["relabelled"], &diff["reanswered"], &diff["added"]), (&json!(1), &json!(1), &json!(0)));
    let items = diff["items"].as_array().unwrap();
    assert!(items.contains(&json!({"item": "3", "change": "relabelled", "before": "no", "after": "yes"})), "{diff}");
    assert!(diff["moved"].as_u64().unwrap() > 10, "{diff}");
    let shown = env.karat(["snapshot", "show", &first["hash"].as_str().unwrap()[..8], "--json"]).json();
    assert_eq!((&shown["snapshot"], &shown["origins"]), (&json!(1), &json!({"imported": 40})), "{shown}");
    assert!(env.karat(["snapshot", "show", "7"]).fails(2).contains("1 to 2"));
    assert!(env.karat(["snapshot", "create", "--name", "second"]).fails(1).contains("already"));
}
