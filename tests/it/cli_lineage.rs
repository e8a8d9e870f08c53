//! From a kept state of the data to its runs, what was decided about them, and how to make them again.

use crate::cli_runs::project;
use serde_json::json;

#[test]
fn a_snapshot_leads_to_its_runs_and_to_what_they_predict() {
    let env = project();
    assert_eq!(env.karat(["snapshot", "lineage", "--json"]).json()["snapshots"], json!([]));
    assert!(env.karat(["snapshot", "lineage"]).ok().contains("snapshot create"));
    env.karat(["train", "--model", "majority", "--name", "floor"]).ok();
    env.karat(["settle", "5", "good"]).ok();
    env.karat(["train", "--model", "naive-bayes"]).ok();
    env.karat(["runs", "promote", "2"]).ok();
    let lines = env.karat(["snapshot", "lineage", "--json"]).json()["snapshots"].clone();
    assert_eq!((&lines[0]["snapshot"], &lines[0]["parent"], &lines[1]["parent"]), (&json!(2), &json!(1), &json!(null)));
    let run = &lines[0]["runs"][0];
    assert_eq!(
        (&run["run"], &run["status"], &run["predictions"], &run["judged_by"]),
        (&json!(2), &json!("champion"), &json!(200), &json!("test"))
    );
    assert!(run["metric"]["ci95"][0].is_number(), "{run}");
    assert_eq!(lines[1]["runs"][0]["name"], "floor");
    let one = env.karat(["snapshot", "lineage", "1", "--json"]).json();
    assert_eq!(one["snapshots"].as_array().unwrap().len(), 1);
    let told = env.karat(["snapshot", "lineage"]).ok();
    assert!(told.contains("snapshot 2") && told.contains("champion") && told.contains("200 predictions"), "{told}");
}

#[test]
fn a_run_tells_who_decided_what_and_why_and_how_to_make_it_again() {
    let env = project();
    env.karat(["train", "--model", "naive-bayes", "--features", "text", "--name", "it's one", "--seed", "7"]).ok();
    env.karat(["train", "--model", "majority"]).ok();
    env.karat(["runs", "promote", "1", "--note", "beats the floor"]).ok();
    env.karat(["runs", "promote", "2"]).ok();
    env.karat(["runs", "rollback", "--note", "a mistake"]).ok();
    let shown = env.karat(["runs", "show", "1", "--json"]).json();
    let decided: Vec<_> = shown["decisions"].as_array().unwrap().iter().map(|d| (&d["decision"], &d["note"])).collect();
    assert_eq!(
        decided,
        [(&json!("promoted"), &json!("beats the floor")), (&json!("champion again"), &json!("a mistake"))]
    );
    let other = env.karat(["runs", "show", "2", "--json"]).json();
    let words: Vec<_> = other["decisions"].as_array().unwrap().iter().map(|d| &d["decision"]).collect();
    assert_eq!(words, ["promoted", "rolled back"]);
    let again = "karat train --model naive-bayes --features text --name 'it'\\''s one' --seed 7";
    assert_eq!(shown["commands"], json!([again, "karat runs reproduce 1"]));
    let words =
        ["train", "--model", "naive-bayes", "--features", "text", "--name", "the same", "--seed", "7", "--json"];
    let same = env.karat(words).json();
    assert_eq!(same["metrics"], shown["metrics"], "the line trains the same");
    let listed = env.karat(["runs", "list"]).ok();
    assert!(listed.contains("champion") && listed.contains("macro F1") && listed.contains("snapshot"), "{listed}");
}
