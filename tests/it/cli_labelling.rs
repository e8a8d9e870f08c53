//! Labelling by script: the Label screen's acts as subcommands, and what they promise about their JSON.

use crate::harness::{TestEnv, shared_data};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn keys(json: &Json) -> BTreeSet<&str> {
    json.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn has_keys(json: &Json, wanted: &[&str]) {
    let have = keys(json);
    let missing: Vec<_> = wanted.iter().filter(|key| !have.contains(**key)).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {have:?}");
}

/// Rows of the learn lane in the order of their margins, smallest first.
fn is_in_order_of_margin(queue: &Json) {
    let items = queue["items"].as_array().expect("items");
    assert!(items.len() > 10);
    let margins: Vec<f64> = items.iter().map(|item| item["score"].as_f64().expect("a margin")).collect();
    assert!(margins.is_sorted(), "{margins:?}");
    for item in items {
        let mut p: Vec<f64> = item["probabilities"].as_object().expect("p").values().filter_map(Json::as_f64).collect();
        p.sort_by(|a, b| b.total_cmp(a));
        let margin = item["score"].as_f64().expect("a margin");
        assert!((p[0] - p[1] - margin).abs() < 1e-5, "{item}");
        assert_eq!(item["lane"], "learn");
    }
}

#[test]
fn the_news_file_is_labelled_trained_and_queued_by_margin() {
    let Some(bench) = shared_data("bench") else { return };
    let env = TestEnv::new();
    let news = bench.join("agnews_subset7000.csv");
    let mut rows = csv::Reader::from_path(&news).expect("a file");
    let gold: std::collections::HashMap<String, String> =
        rows.records().map(|row| row.expect("a row")).map(|row| (row[0].to_owned(), row[2].to_owned())).collect();
    let news = news.to_string_lossy().into_owned();
    env.karat(["init", &news, "--id", "id", "--text", "text", "--gold", "label", "-p", "news.karat"]).ok();
    let queue = env.karat(["queue", "--limit", "100", "--json"]).json();
    for item in queue["items"].as_array().expect("items") {
        let id = item["item"].as_str().expect("an id");
        let saved = env.karat(["answer", id, &gold[id], "--json"]).json();
        assert_eq!((saved["item"].as_str(), saved["answer"].as_str()), (Some(id), Some(gold[id].as_str())));
    }
    let round = env.karat(["retrain", "--json"]).json();
    assert_eq!((round["round"].as_u64(), round["trained_on"].as_u64()), (Some(1), Some(100)));
    let accuracy = &round["accuracy"];
    let (low, high) = (accuracy["ci95"][0].as_f64().expect("low"), accuracy["ci95"][1].as_f64().expect("high"));
    assert!(low > 0.3 && low < accuracy["value"].as_f64().expect("a value") && high <= 1.0, "{accuracy}");
    let queue = env.karat(["queue", "--strategy", "margin", "--limit", "200", "--json"]).json();
    assert_eq!((queue["strategy"].as_str(), queue["round"].as_u64()), (Some("margin"), Some(1)));
    is_in_order_of_margin(&queue);
    let status = env.karat(["status", "--json"]).json();
    assert_eq!((status["items"].as_u64(), status["questions"][0]["answers"].as_u64()), (Some(7000), Some(100)));
}

#[test]
fn status_queue_answer_and_doctor_have_the_keys_of_the_contract() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let status = env.karat(["status", "--json"]).json();
    has_keys(
        &status,
        &["project", "schema", "items", "fields", "questions", "annotators", "rounds", "runs", "snapshots"],
    );
    has_keys(&status["questions"][0], &["name", "kind", "labels", "answers", "answered_items", "rulings"]);
    let queue = env.karat(["queue", "--json"]).json();
    has_keys(&queue, &["question", "strategy", "round", "items"]);
    has_keys(&queue["items"][0], &["item", "key", "lane", "score", "probabilities", "text"]);
    assert_eq!(queue["items"][0]["probabilities"], Json::Null, "nothing is known before the first round");
    let answer = env.karat(["answer", "3", "negative", "--json"]).json();
    has_keys(&answer, &["question", "item", "annotator", "answer", "id"]);
    assert_eq!(answer["annotator"], "ana");
    let doctor = env.karat(["doctor", "--json"]).json();
    assert_eq!((keys(&doctor), &doctor["ok"]), (BTreeSet::from(["ok", "checks"]), &json!(true)));
    has_keys(&doctor["checks"][0], &["name", "ok", "detail"]);
    let log = env.karat(["log", "--json"]).json();
    assert_eq!(log["verified"], true);
}

#[test]
fn an_answer_can_be_changed_skipped_taken_back_and_brought_back() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let answers = || env.karat(["status", "--json"]).json()["questions"][0]["answers"].as_u64().expect("a count");
    env.karat(["answer", "3", "negative"]).ok();
    env.karat(["answer", "3", "positive", "--flag", "--note", "on second thought"]).ok();
    assert_eq!(answers(), 1);
    env.karat(["answer", "4", "--skip", "broken-text"]).ok();
    env.karat(["answer", "5", "--skip"]).ok();
    assert_eq!(answers(), 1);
    assert!(env.karat(["undo"]).ok().contains("took back"));
    env.karat(["undo"]).ok();
    env.karat(["undo"]).ok();
    env.karat(["undo"]).ok();
    assert_eq!(answers(), 0);
    assert!(env.karat(["undo"]).fails(1).contains("nothing to take back"));
    assert!(env.karat(["redo"]).ok().contains("did again"));
    assert_eq!(answers(), 1);
    assert_eq!(env.karat(["log", "--json"]).json()["verified"], true);
}

#[test]
fn mistakes_are_named_with_what_was_meant() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let label = env.karat(["answer", "3", "positve"]).fails(2);
    assert!(label.contains("no label \"positve\"") && label.contains("did you mean \"positive\""), "{label}");
    let item = env.karat(["answer", "31x", "positive"]);
    assert!(item.code == Some(1) || item.code == Some(2), "{item:?}");
    assert!(item.err.contains("31x") && item.out.is_empty(), "{item:?}");
    env.karat(["answer", "3"]).fails(2);
    env.karat(["answer", "3", "positive", "--skip"]).fails(2);
    assert!(env.karat(["answer", "3", "--skip", "bored"]).fails(2).contains("unclear-guideline"));
    assert!(env.karat(["queue", "--strategy", "margn"]).fails(2).contains("margin"));
    assert!(env.karat(["--question", "mood", "status", "-p", "nowhere.karat"]).fails(1).contains("nowhere.karat"));
    assert!(env.karat(["stauts"]).fails(2).contains("karat status"));
    assert!(env.karat(["settings", "set", "btach", "5"]).fails(2).contains("\"batch\""));
    assert!(env.karat(["settings", "set", "batch", "none"]).fails(2).contains("whole number"));
}

#[test]
fn a_key_prefix_names_an_item() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let queue = env.karat(["queue", "--json"]).json();
    let (item, key) = (&queue["items"][0]["item"], queue["items"][0]["key"].as_str().expect("a key"));
    let answer = env.karat(["answer", &key[..16], "neutral", "--json"]).json();
    assert_eq!(&answer["item"], item);
}

#[test]
fn the_queue_is_the_same_every_time_and_leases_nothing() {
    let env = TestEnv::new();
    env.project("reviews", 120);
    for n in 0..24 {
        let gold = ["negative", "neutral", "positive"][n % 3];
        env.karat(["answer", &n.to_string(), gold]).ok();
    }
    env.karat(["retrain"]).ok();
    let by_model = ["least-confidence", "margin", "entropy", "diverse-margin", "seek positive"];
    let more = ["random", "coverage", "committee", "density", "disagreement", "badge"];
    for strategy in by_model.into_iter().chain(more) {
        let list = || env.karat(["queue", "--strategy", strategy, "--limit", "60", "--json"]).json();
        let first = list();
        assert_eq!(first, list(), "{strategy}");
        assert_eq!(first["strategy"], strategy);
        assert!(first["items"].as_array().is_some_and(|items| items.len() == 60), "{first}");
        assert!(first["quantity"].as_str().is_some_and(|name| !name.is_empty()), "{first}");
        assert_eq!(first["items"][0]["score"].is_number(), strategy != "random", "{first}");
        env.karat(["settings", "set", "strategy", strategy]).ok();
        assert_eq!(env.karat(["queue", "--limit", "60", "--json"]).json(), first, "{strategy}");
    }
    is_in_order_of_margin(&env.karat(["queue", "--strategy", "margin", "--json"]).json());
    let other = env.karat(["queue", "--strategy", "random", "--seed", "1", "--json"]).json();
    assert_ne!(other["items"], env.karat(["queue", "--strategy", "random", "--json"]).json()["items"]);
    let random = env.karat(["queue", "--lane", "random", "--json"]).json();
    assert!(random["items"].as_array().is_some_and(|items| items.iter().all(|item| item["lane"] == "random")));
    env.karat(["queue", "--lane", "picked"]).fails(2);
}

#[test]
fn training_needs_two_labels_and_says_so() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "negative"]).ok();
    let told = env.karat(["retrain"]).fails(1);
    assert!(told.contains("two labels"), "{told}");
    let queue = env.karat(["queue", "--json"]).json();
    assert!(queue["note"].as_str().is_some_and(|note| note.contains("coverage")), "{queue}");
}

#[test]
fn a_label_that_is_not_there_is_not_sought() {
    let env = TestEnv::new();
    env.project("reviews", 6);
    for args in [&["queue", "--strategy", "seek negativ"][..], &["settings", "set", "strategy", "seek negativ"]] {
        let said = env.karat(args).fails(2);
        assert!(
            said.contains("no label is called \"negativ\"") && said.contains("did you mean \"negative\"?"),
            "{said}"
        );
    }
    env.karat(["settings", "set", "strategy", "seek negative"]).ok();
}
