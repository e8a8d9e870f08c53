//! What a run's record tells beside its metrics: curves, spread over seeds, size.

use crate::cli_runs::project;
use serde_json::{Value as Json, json};

fn points<'a>(run: &'a Json, metric: &str) -> Vec<(u64, f64, &'a Json)> {
    let points = run["learning_curve"]["points"].as_array().unwrap();
    let of = |point: &'a Json| (point["rows"].as_u64().unwrap(), point["value"].as_f64().unwrap(), &point["ci95"]);
    points.iter().filter(|point| point["metric"] == metric).map(of).collect()
}

#[test]
fn a_run_tells_what_fewer_labels_would_have_made_and_its_thresholds() {
    let env = project();
    let run = env.karat(["train", "--features", "text", "--json"]).json();
    assert_eq!(run["learning_curve"]["split"], "test");
    let curve = points(&run, "accuracy");
    let rows: Vec<u64> = curve.iter().map(|point| point.0).collect();
    assert_eq!(rows, [10, 16, 25, 40, 63, 101, 160]);
    assert_eq!(Some(curve[6].1), run["metrics"]["test"]["accuracy"]["value"].as_f64(), "the last is the run itself");
    assert!(curve.iter().all(|point| point.2[0].is_number()), "{curve:?}");
    let good = &run["thresholds"]["test"]["good"];
    assert_eq!(run["thresholds"].as_object().unwrap().len(), 1, "of what judges alone");
    let last = good["points"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["rows"], &last["recall"]), (&json!(40), &json!(1.0)));
    assert!(good["average_precision"].as_f64().unwrap() > 0.4 && good["roc_auc"].is_number());
    let best = good["best"]["f1"].as_f64().unwrap();
    assert!(good["points"].as_array().unwrap().iter().all(|point| point["f1"].as_f64().unwrap() <= best));
    let sum: u64 = run["artifacts"].as_array().unwrap().iter().map(|a| a["bytes"].as_u64().unwrap()).sum();
    assert_eq!(run["bytes"], sum);
    let told = env.karat(["runs", "show"]).ok();
    for part in ["learned from", "average precision", "99 within", "of the project file"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(env.karat(["runs", "show", "--full"]).ok().contains("good from"));
    assert!(env.karat(["runs", "--json"]).json()["runs"][0]["thresholds"].is_null());
    let again = env.karat(["runs", "reproduce", "1", "--json"]).json();
    assert_eq!(again["same"], true, "{again}");
    // What would take long is asked for; without a test split, cross-validation judges the curve too.
    let forest = env.karat(["train", "--model", "forest", "--set", "trees=5", "--json"]).json();
    assert!(forest["learning_curve"]["reason"].as_str().unwrap().contains("--learning-curve on"), "{forest}");
    env.karat(["split", "--test", "0"]).ok();
    let run = env.karat(["train", "--model", "naive-bayes", "--learning-curve", "on", "--json"]).json();
    assert_eq!(run["learning_curve"]["split"], "cross-validation");
    assert_eq!(points(&run, "accuracy").last().unwrap().0, 160, "four fifths of 200");
    let off = env.karat(["train", "--learning-curve", "off", "--json"]).json();
    assert_eq!(off["learning_curve"]["points"], json!([]));
}

#[test]
fn several_seeds_tell_their_spread_and_leave_one_run() {
    let env = project();
    let asked = ["train", "--model", "forest", "--set", "trees=3", "--seeds", "3", "--seed", "7", "--json"];
    let run = env.karat(asked).json();
    let accuracy = &run["seeds"]["metrics"]["accuracy"];
    let values: Vec<f64> = accuracy["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert_eq!((values.len(), &run["seeds"]["split"], &run["seed"]), (3, &json!("test"), &json!(7)));
    assert_eq!(Some(values[0]), run["metrics"]["test"]["accuracy"]["value"].as_f64(), "the first is what is kept");
    let (least, mean, most) = (&accuracy["min"], &accuracy["mean"], &accuracy["max"]);
    assert!(least.as_f64() <= mean.as_f64() && mean.as_f64() <= most.as_f64() && accuracy["sd"].is_number());
    assert_eq!(env.karat(["runs", "--json"]).json()["runs"].as_array().unwrap().len(), 1);
    assert!(env.karat(["runs", "show"]).ok().contains("over 3 seeds"));
    assert_eq!(env.karat(["runs", "reproduce", "--json"]).json()["same"], true);
    let tree = env.karat(["train", "--model", "tree", "--seeds", "5", "--json"]).json();
    assert!(tree["seeds"]["reason"].as_str().unwrap().contains("the same for every seed"), "{tree}");
    assert!(env.karat(["train", "--seeds", "0"]).fails(2).contains("1..=100"));
    assert_eq!(env.karat(["train", "--json"]).json()["seeds"], json!(null));
}
