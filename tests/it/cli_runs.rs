//! Training, comparing, promoting and predicting, by script.

use crate::harness::TestEnv;
use serde_json::json;

/// Two hundred rows whose first word and whose price tell the label; every tenth lies.
fn project() -> TestEnv {
    let env = TestEnv::new();
    let mut csv = String::from("id,text,price,shop,label\n");
    for i in 0..200 {
        let good = i % 3 == 0;
        let word = if good != (i % 10 == 9) { "splendid" } else { "dreadful" };
        let (price, shop) = (if good { 10 + i % 7 } else { 30 + i % 5 }, ["north", "south"][i % 2]);
        csv += &format!("{i},\"{word} thing number {i}\",{price},{shop},{}\n", if good { "good" } else { "bad" });
    }
    env.write("data.csv", &csv);
    env.karat(["init", "data.csv", "--labelled", "label", "--feature", "price,shop", "--eval", "0.2"]).ok();
    env
}

#[test]
fn a_run_is_trained_told_and_trained_again_to_the_last_bit() {
    let env = project();
    assert!(env.karat(["runs", "show"]).fails(2).contains("karat train"));
    let run = env.karat(["train", "--features", "text", "--json"]).json();
    assert_eq!(
        (&run["run"], &run["model"], &run["judged_by"]),
        (&json!(1), &json!("logistic-regression"), &json!("test"))
    );
    assert_eq!(run["rows"], json!({"train": 160, "validation": 0, "test": 40}));
    let accuracy = &run["metrics"]["test"]["accuracy"];
    assert!(accuracy["value"].as_f64().unwrap() > 0.8 && accuracy["n"] == 40, "{accuracy}");
    assert!(accuracy["ci95"][0].as_f64() < accuracy["value"].as_f64());
    assert!(run["floor"]["test"]["accuracy"]["value"].as_f64() < accuracy["value"].as_f64());
    let names: Vec<&str> = run["artifacts"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["karat.json", "model.json", "model.safetensors", "text.safetensors"]);
    assert!(run["latency_us"]["p50"].as_f64().unwrap() > 0.0);
    assert_eq!(env.karat(["snapshot", "list", "--json"]).json()["snapshots"].as_array().unwrap().len(), 1);
    // The data goes on; the run is made again from what was.
    env.karat(["settle", "5", "good"]).ok();
    env.karat(["label", "rename", "good", "fine"]).ok();
    let again = env.karat(["runs", "reproduce", "1", "--json"]).json();
    assert_eq!((&again["same"], &again["differences"]), (&json!(true), &json!([])), "{again}");
    assert!(again["compared"].as_u64().unwrap() > 50);
}

#[test]
fn two_runs_are_compared_and_one_is_the_champion() {
    let env = project();
    env.karat(["train", "--model", "majority", "--name", "floor"]).ok();
    env.karat(["train", "--model", "naive-bayes", "--set", "alpha=0.5", "--features", "text,fields"]).ok();
    let compared = env.karat(["runs", "compare", "floor", "2", "--json"]).json();
    assert_eq!((&compared["n"], &compared["split"]), (&json!(40), &json!("test")));
    let accuracy = &compared["metrics"]["accuracy"];
    assert!(accuracy["diff"].as_f64().unwrap() > 0.1 && accuracy["ci95"][0].as_f64().unwrap() > 0.0, "{accuracy}");
    assert!(compared["mcnemar"]["p_value"].as_f64().unwrap() < 0.05);
    assert!(env.karat(["runs", "show", "champion"]).fails(2).contains("promote"));
    env.karat(["runs", "promote", "floor"]).ok();
    assert!(env.karat(["runs", "rollback"]).fails(1).contains("no earlier champion"));
    env.karat(["runs", "promote", "2", "--note", "better"]).ok();
    assert_eq!(env.karat(["runs", "show", "champion", "--json"]).json()["run"], 2);
    env.karat(["runs", "rollback", "--note", "too slow"]).ok();
    assert_eq!(env.karat(["runs", "show", "champion", "--json"]).json()["run"], 1);
    env.karat(["runs", "retire", "1"]).ok();
    assert!(env.karat(["runs", "promote", "1"]).fails(1).contains("retired"));
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["runs", "show", "champion", "--json"]).json()["run"], 1);
    assert!(env.karat(["log"]).ok().contains("too slow") || env.karat(["log"]).ok().contains("run"));
}

#[test]
fn a_file_is_labelled_as_the_run_would_label_its_own_rows() {
    let env = project();
    env.karat(["train"]).ok();
    env.write("new.csv", "name,text,price,shop\na,splendid thing,12,north\nb,dreadful thing,33,west\nc,,,\n");
    env.karat(["predict", "new.csv", "-o", "out.csv"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "name,text,price,shop,prediction,p_bad,p_good");
    assert!(lines[1].contains(",good,") && lines[2].contains(",bad,"), "{out}");
    assert_eq!(lines.len(), 4);
    env.write("bare.csv", "name\nx\n");
    assert!(env.karat(["predict", "bare.csv"]).fails(1).contains("\"text\""));
}

#[test]
fn what_cannot_be_trained_is_said_and_leaves_nothing() {
    let env = TestEnv::new();
    env.write("one.csv", "id,text,label\n1,a,x\n2,b,x\n3,c,x\n");
    env.karat(["init", "one.csv", "--labelled", "label", "--eval", "0"]).ok();
    assert!(env.karat(["train"]).fails(1).contains("nothing to tell apart"));
    assert!(env.karat(["train", "--model", "logistic"]).fails(2).contains("logistic-regression"));
    assert!(env.karat(["train", "--set", "cc=3"]).fails(2).contains("\"c\""));
    assert!(env.karat(["train", "--features", "fields"]).fails(2).contains("--feature"));
    assert_eq!(env.karat(["snapshot", "--json"]).json()["snapshots"], json!([]));
    let majority = env.karat(["train", "--model", "majority", "--json"]).json();
    assert_eq!(majority["judged_by"], "cross-validation", "there is nothing else to judge by");
    assert_eq!(majority["metrics"]["cross-validation"]["accuracy"]["value"], 1.0);
}

#[test]
fn without_a_test_split_it_is_cross_validation_and_says_so() {
    let env = project();
    env.karat(["split", "--test", "0", "--validation", "0.2"]).ok();
    let run = env.karat(["train", "--json"]).json();
    assert_eq!((&run["judged_by"], &run["rows"]["test"]), (&json!("cross-validation"), &json!(0)));
    assert_eq!(run["metrics"]["cross-validation"]["accuracy"]["n"], 160);
    assert!(run["metrics"]["validation"]["log_loss"]["value"].as_f64().is_some());
    assert!(env.karat(["runs", "show"]).ok().contains("cross-validation in five parts"));
}
