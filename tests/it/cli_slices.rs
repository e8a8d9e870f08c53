//! Finding where a run fails, by script.

use crate::harness::TestEnv;
use serde_json::json;

/// Reviews of which a model that came in gets long ones of phones wrong every second time, and others every tenth.
fn project() -> TestEnv {
    let env = TestEnv::new();
    let (mut data, mut said) = ("id,text,product,price,label\n".to_owned(), "id,label\n".to_owned());
    for i in 0..1200 {
        let product = ["phone", "camera", "it's odd"][i % 3];
        let long = (i / 3) % 2 == 0;
        let text = if long { "a review of very many words that goes on and on" } else { "short one" };
        let label = if (i / 7) % 2 == 0 { "good" } else { "bad" };
        let wrong = (i / 6) % if long && product == "phone" { 2 } else { 10 } == 0;
        let other = if label == "good" { "bad" } else { "good" };
        data += &format!("{i},{text} {i},{product},{},{label}\n", i % 90);
        said += &format!("{i},{}\n", if wrong { other } else { label });
    }
    env.write("data.csv", &data);
    env.write("said.csv", &said);
    env.karat(["init", "data.csv", "--labelled", "label", "--eval", "0.5"]).ok();
    env.karat(["import", "said.csv", "--as", "predictions", "--name", "theirs"]).ok();
    env
}

#[test]
fn the_slice_that_was_planted_is_found_and_its_predicate_holds() {
    let env = project();
    let found = env.karat(["slices", "find", "--run", "theirs", "--json"]).json();
    assert_eq!((&found["split"], &found["rows"], &found["error"]), (&json!("all"), &json!(1200), &json!("zero-one")));
    let best = &found["slices"][0];
    assert_eq!(best["size"], 200, "{best}");
    assert!(best["where"].as_str().unwrap().contains("product = 'phone'"), "{best}");
    assert!(best["lift"].as_f64().unwrap() > 2.0 && best["p_value"].as_f64().unwrap() < 0.02, "{best}");
    let (low, high) = (best["ci95"][0].as_f64().unwrap(), best["ci95"][1].as_f64().unwrap());
    let mean = best["mean_error"].as_f64().unwrap();
    assert!(low < mean && mean < high);
    // Every predicate is one that the rest of the program understands, and matches as many rows.
    for slice in found["slices"].as_array().unwrap() {
        let matches = env
            .karat(["export", "-", "--what", "items", "--format", "jsonl", "--where", slice["where"].as_str().unwrap()])
            .ok();
        assert_eq!(matches.lines().count() as u64, slice["size"].as_u64().unwrap(), "{slice}");
    }
    let people = env.karat(["slices", "find"]).ok();
    assert!(people.contains("product = 'phone' AND text.words") && people.contains("with number 1"), "{people}");
    let distinct = env.karat(["slices", "find", "--distinct", "--json"]).json();
    assert!(distinct["slices"][0]["alike"].as_u64() > Some(0) && distinct["slices"][0]["where"] == best["where"]);
    assert!(distinct["slices"].as_array().unwrap().iter().all(|slice| slice["overlap"] == 1.0), "{distinct}");
    let halves = env.karat(["slices", "find", "--verify", "--shuffles", "0", "--json"]).json();
    assert!(halves["rows"].as_u64().unwrap() < 700 && halves["slices"][0]["verified"].as_f64().unwrap() < 0.001);
}

#[test]
fn a_slice_is_measured_beside_the_rest() {
    let env = project();
    let long = "product = 'phone' AND text.words > 5";
    let told = env.karat(["slices", "eval", "--where", long, "--json"]).json();
    assert_eq!(
        (&told["size"], &told["metrics"]["accuracy"]["n"], &told["rest"]["accuracy"]["n"]),
        (&json!(200), &json!(200), &json!(1000))
    );
    let accuracy = |part: &str| told[part]["accuracy"]["value"].as_f64().unwrap();
    assert!(accuracy("metrics") < 0.6 && accuracy("rest") > 0.85, "{told}");
    assert!(told["p_value"].as_f64().unwrap() < 1e-9);
    assert!(env.karat(["slices", "eval", "--where", long]).ok().contains("accuracy"));
    let few = env.karat(["slices", "eval", "--where", "id IN ('1', '2', '3')"]).ok();
    assert!(few.contains("3 rows are too few"), "{few}");
    assert!(env.karat(["slices", "eval", "--where", "id = 'no'"]).fails(1).contains("matches"));
    assert!(env.karat(["slices", "eval", "--where", "produkt = 1"]).fails(2).contains("product"));
}

#[test]
fn what_cannot_be_found_is_told() {
    let env = project();
    let told = env.karat(["slices", "find", "--fields", "produkt"]).fails(2);
    assert!(told.contains("produkt") && told.contains("product"), "{told}");
    assert!(env.karat(["slices", "find", "--error", "absolute"]).fails(2).contains("rating"));
    assert!(env.karat(["slices", "find", "--error", "log-loss"]).fails(2).contains("no probabilities"));
    assert!(env.karat(["slices", "find", "--alpha", "1.5"]).fails(2).contains("between 0 and 1"));
    let test =
        env.karat(["slices", "find", "--split", "test", "--max-terms", "1", "--fields", "product", "--json"]).json();
    assert_eq!((&test["rows"], &test["max_terms"]), (&json!(600), &json!(1)));
    assert!(env.karat(["slices", "find", "--split", "validation"]).fails(1).contains("validation"));
    env.karat(["train", "--features", "text", "--model", "majority"]).ok();
    let own = env.karat(["slices", "find", "--run", "2", "--error", "log-loss", "--json"]).json();
    assert_eq!((&own["split"], &own["rows"]), (&json!("test"), &json!(600)));
    assert!(env.karat(["slices", "find", "--run", "2", "--min-support", "601"]).ok().contains("no slice"));
}

#[test]
fn a_run_is_not_judged_by_what_it_learned_from() {
    let env = project();
    env.karat(["train", "--learning-curve", "off"]).ok();
    env.karat(["split", "--test", "0.5", "--seed", "77"]).ok();
    let found = env.karat(["slices", "find", "--run", "2", "--json"]).json();
    let rows = found["rows"].as_u64().unwrap();
    assert!(rows < 400 && rows > 200, "about half of the new test split was learned from: {rows}");
    assert!(found["reason"].as_str().unwrap().contains("were left out"), "{found}");
    let own = env.karat(["slices", "find", "--run", "2", "--split", "train", "--json"]).json();
    assert!(own["reason"].as_str().unwrap().contains("learned from"), "{own}");
    // Nothing judges: what cross-validation said out of fold does, in slices and in comparing.
    env.karat(["split", "--test", "0"]).ok();
    env.karat(["train", "--learning-curve", "off"]).ok();
    env.karat(["train", "--model", "naive-bayes", "--learning-curve", "off"]).ok();
    let run = env.karat(["runs", "show", "3", "--json"]).json();
    let accuracy = run["metrics"]["cross-validation"]["accuracy"]["value"].as_f64().unwrap();
    let found = env.karat(["slices", "find", "--run", "3", "--json"]).json();
    assert_eq!((&found["split"], &found["rows"]), (&json!("cross-validation"), &json!(1200)));
    assert!((found["mean_error"].as_f64().unwrap() - (1.0 - accuracy)).abs() < 1e-9, "{found}");
    let compared = env.karat(["runs", "compare", "3", "4", "--json"]).json();
    assert_eq!((&compared["split"], &compared["n"]), (&json!("cross-validation"), &json!(1200)));
    assert!((compared["metrics"]["accuracy"]["a"].as_f64().unwrap() - accuracy).abs() < 1e-9, "{compared}");
    assert_eq!(env.karat(["runs", "reproduce", "3", "--json"]).json()["same"], true);
}
