//! Whether labels can be trusted, from the command line: agreement, joining the answers, sending back.

use crate::harness::{TestEnv, shared_data};
use serde_json::{Value as Json, json};

/// The real answers of six people to the sample data, with the gold that twenty gave.
fn reviews() -> TestEnv {
    let env = TestEnv::new();
    let sample = |name: &str| format!("{}/sample-data/{name}", env!("CARGO_MANIFEST_DIR"));
    let columns = ["--id=id", "--text=text", "--gold=gold", "--question=sentiment", "--eval=0", "-p", "reviews.karat"];
    env.karat(["init".to_owned(), sample("reviews.csv")].into_iter().chain(columns.map(str::to_owned))).ok();
    let columns = ["--as=answers", "--item-col=id", "--annotator-col=annotator", "--answer-col=sentiment"];
    env.karat(["import".to_owned(), sample("reviews_answers.csv")].into_iter().chain(columns.map(str::to_owned))).ok();
    env
}

fn coefficient<'j>(json: &'j Json, name: &str, weights: &str) -> &'j Json {
    let all = json["coefficients"].as_array().expect("coefficients");
    all.iter().find(|c| c["name"] == name && c["weights"] == weights).unwrap_or_else(|| panic!("no {name}: {json:#}"))
}

#[test]
fn agreement_tells_every_measure_with_its_interval_and_what_it_stands_on() {
    let env = reviews();
    let json = env.karat(["agreement", "--json", "--per", "product", "--disputes", "3"]).json();
    assert_eq!((&json["units"], &json["answers"]), (&json!(3708), &json!(22_248)));
    let alpha = coefficient(&json, "krippendorff_alpha", "nominal");
    let value = alpha["value"].as_f64().expect("a value");
    let (low, high) = (alpha["ci95"][0].as_f64().expect("low"), alpha["ci95"][1].as_f64().expect("high"));
    assert!(low < value && value < high && high - low < 0.05, "{alpha}");
    let cohen = coefficient(&json, "cohen_kappa", "nominal");
    assert!(cohen["value"].is_null() && cohen["reason"].as_str().is_some_and(|why| why.contains("two annotators")));
    assert_eq!(json["pairs"].as_array().map(Vec::len), Some(15));
    assert_eq!(json["annotators"].as_array().map(Vec::len), Some(6));
    assert_eq!(json["groups"].as_array().map(Vec::len), Some(4));
    assert_eq!(json["disputes"].as_array().map(Vec::len), Some(3));
    let again = env.karat(["agreement", "--json", "--per", "product", "--disputes", "3"]).json();
    assert_eq!(json, again, "the same seed gives the same intervals");
    let phones = env.karat(["agreement", "--where", "product = 'phone'", "--json"]).json();
    assert!(phones["units"].as_u64().is_some_and(|n| n > 100 && n < 3708));
    let text = env.karat(["agreement"]).ok();
    assert!(text.contains("krippendorff_alpha") && text.contains("items are disputed"), "{text}");
    assert!(env.karat(["agreement", "--per", "prodct"]).fails(2).contains("\"product\""));
}

#[test]
fn a_method_settles_what_it_is_sure_of_and_thirty_come_up_for_review() {
    let env = reviews();
    let tried = env.karat(["settle", "--method", "dawid-skene", "--dry-run", "--json"]).json();
    let done = env.karat(["settle", "--method", "dawid-skene", "--json"]).json();
    assert_eq!((&tried["rulings"], &tried["accepted"]), (&done["rulings"], &done["accepted"]));
    assert!(done["log_likelihood"].is_f64() && done["converged"] == json!(true) && done["iterations"].is_u64());
    assert_eq!(done["review"].as_array().map(Vec::len), Some(30));
    let confusion = &done["annotators"][0]["confusion"]["positive"];
    let row: f64 = confusion.as_object().expect("a row").values().filter_map(Json::as_f64).sum();
    assert!((row - 1.0).abs() < 1e-9);
    let accepted = done["accepted"].as_u64().expect("a count");
    assert_eq!(env.karat(["status", "--json"]).json()["questions"][0]["rulings"], accepted);
    let reviews = env.karat(["review", "--json"]).json();
    assert_eq!(reviews["reviews"].as_array().map(Vec::len), Some(30));
    assert_eq!(reviews["reviews"][0]["cause"], "accepted");
    let queue = env.karat(["queue", "--lane", "review", "--by", "zoe", "--json"]).json();
    assert_eq!(queue["items"].as_array().map(Vec::len), Some(20));
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["status", "--json"]).json()["questions"][0]["rulings"], 0);
    assert_eq!(env.karat(["review", "--json"]).json()["reviews"], json!([]));
    env.sound("reviews.karat");
}

#[test]
fn methods_stand_side_by_side_with_gold_and_wrong_words_are_refused() {
    let env = reviews();
    let json = env.karat(["agreement", "--methods", "--disputes", "0", "--json"]).json();
    let methods = json["methods"].as_array().expect("methods");
    let names: Vec<_> = methods.iter().filter_map(|m| m["method"].as_str()).collect();
    assert_eq!(names, ["majority", "wawa", "dawid-skene", "one-coin", "mace", "glad", "dawid-skene +1"]);
    for method in methods {
        assert!(method["against_gold"]["accuracy"].as_f64().is_some_and(|a| a > 0.7 && a < 1.0), "{method}");
    }
    assert!(env.karat(["settle", "--method", "majorty"]).fails(2).contains("majority"));
    assert!(env.karat(["settle", "--method", "majority", "--min-confidence", "2"]).fails(2).contains("from 0 to 1"));
    assert!(env.karat(["settle", "1"]).fails(2).contains("VALUE"));
    assert!(env.karat(["settle", "--method", "majority", "1", "positive"]).fails(2).contains("cannot be used"));
}

#[test]
fn items_are_sent_back_by_an_expression_and_the_list_says_why() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "negative"]).ok();
    let tried = env.karat(["review", "--where", "answer.ana = 'negative'", "--dry-run", "--json"]).json();
    assert_eq!((&tried["sent"], &tried["items"]), (&json!(1), &json!(["3"])));
    assert!(env.karat(["review"]).ok().contains("nothing was sent back"));
    env.karat(["review", "--where", "answer.ana = 'negative'"]).ok();
    let list = env.karat(["review", "--json"]).json();
    let entry = &list["reviews"][0];
    assert_eq!((&entry["item"], &entry["by"], &entry["answered"]), (&json!("3"), &json!("ana"), &json!(false)));
    assert_eq!(entry["note"], "answer.ana = 'negative'");
    assert!(env.karat(["review", "--where", "nothing = 1"]).fails(2).contains("nothing"));
}

/// Accuracy on public sets whose truth is known, to the third digit (majority: a tie counts its share).
#[test]
fn majority_and_dawid_skene_are_as_good_on_public_sets_as_is_published() {
    let Some(bench) = shared_data("bench") else { return };
    for (set, majority, dawid_skene) in
        [("snow_rte", 0.8969, 0.9275), ("snow_wsd", 0.9944, 0.9944), ("bluebirds", 0.7593, 0.8981)]
    {
        let env = TestEnv::new();
        let file = |what: &str| bench.join(format!("{set}_{what}.csv")).display().to_string();
        let text = if set == "snow_rte" { "text" } else { "item_id" };
        let columns = ["--id=item_id", "--gold=gold", "--eval=0", "-p", "reviews.karat"].map(str::to_owned);
        env.karat(["init".to_owned(), file("items"), format!("--text={text}")].into_iter().chain(columns)).ok();
        let columns = ["--as=answers", "--item-col=item_id", "--annotator-col=annotator_id", "--answer-col=label"];
        env.karat(["import".to_owned(), file("labels")].into_iter().chain(columns.map(str::to_owned))).ok();
        let json = env.karat(["agreement", "--methods", "--disputes", "0", "--json"]).json();
        let accuracy = |name: &str| {
            let methods = json["methods"].as_array().expect("methods");
            let method = methods.iter().find(|m| m["method"] == name).expect("a method");
            method["against_gold"]["accuracy"].as_f64().expect("a share")
        };
        assert!((accuracy("majority") - majority).abs() < 5e-4, "{set}: {}", accuracy("majority"));
        assert!((accuracy("dawid-skene") - dawid_skene).abs() < 5e-4, "{set}: {}", accuracy("dawid-skene"));
    }
}

#[test]
fn what_a_changed_guideline_touches_goes_back() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let write = |text: &str| {
        let file = env.write("guidelines.md", text);
        env.karat(["guidelines".as_ref(), "edit".as_ref(), "--from".as_ref(), file.as_os_str()]).ok();
    };
    write("Judge the camera.");
    env.karat(["answer", "3", "neutral"]).ok();
    env.karat(["answer", "6", "negative"]).ok();
    env.karat(["answer", "3", "positive", "--by", "ben"]).ok();
    write("Sarcasm is negative.");
    env.karat(["answer", "9", "neutral"]).ok();
    env.karat(["answer", "6", "neutral", "--by", "ben"]).ok();
    let sent = env.karat(["review", "--where", "guideline < 2 and answer = 'neutral'", "--json"]).json();
    assert_eq!(sent["items"], json!(["3"]));
    let split = env.karat(["label", "split", "neutral", "--into", "mixed,none", "--dry-run", "--json"]).json();
    assert_eq!(split["labels"].as_array().map(Vec::len), Some(3), "a trial changes nothing");
    let split = env.karat(["label", "split", "neutral", "--into", "mixed,none", "--json"]).json();
    assert_eq!(split["labels"].as_array().map(Vec::len), Some(5));
    let waiting = env.karat(["review", "--json"]).json();
    let items: Vec<_> = waiting["reviews"].as_array().expect("reviews").iter().map(|r| r["item"].clone()).collect();
    assert_eq!(items, [json!("3"), json!("6"), json!("9")], "what waits already is not sent twice");
}
