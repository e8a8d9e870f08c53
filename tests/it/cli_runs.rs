//! Training, comparing, promoting and predicting, by script.

use crate::harness::TestEnv;
use serde_json::json;

/// Two hundred rows whose first word and whose price tell the label; every tenth lies.
pub fn project() -> TestEnv {
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
    assert_eq!(names, ["karat.json", "model.json", "model.safetensors", "text.safetensors", "vocab.json"]);
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
    assert!(env.karat(["predict", "new.csv", "-o", "out.csv"]).fails(1).contains("--force"));
    assert!(env.karat(["predict", "new.csv", "--json"]).fails(2).contains("-o FILE"));
    assert_eq!(env.karat(["predict", "new.csv", "-o", "out.csv", "--force", "--json"]).json()["rows"], 3);
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
fn a_label_of_one_row_is_no_reason_not_to_train() {
    let env = TestEnv::new();
    let rows: String =
        (0..30).map(|i| format!("{i},text number {i},{}\n", if i == 7 { "rare" } else { "common" })).collect();
    env.write("rare.csv", format!("id,text,label\n{rows}"));
    env.karat(["init", "rare.csv", "--labelled", "label", "--eval", "0"]).ok();
    let run = env.karat(["train", "--json"]).json();
    assert_eq!(run["metrics"]["cross-validation"]["accuracy"]["n"], 30);
    assert_eq!(run["per_class"]["cross-validation"]["rare"]["recall"], 0.0, "nobody else could teach it");
    env.karat(["runs", "retire", "1"]).ok();
    env.write("new.csv", "text\na text\n");
    assert!(env.karat(["predict", "new.csv"]).fails(2).contains("no run to use"));
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

#[test]
fn predictions_of_another_model_are_a_run_like_others() {
    let env = project();
    env.karat(["train", "--name", "ours"]).ok();
    let mut csv = String::from("id,pred,p_bad,p_good,made\n");
    for i in 0..200 {
        let good = i % 3 == 0 && i % 7 != 0;
        let p = if good { 0.875 } else { 0.1 };
        csv += &format!("{i},{},{},{p},today\n", if good { "good" } else { "bad" }, 1.0 - p);
    }
    env.write("theirs.csv", &csv);
    let tried = env.karat(["import", "theirs.csv", "--as", "predictions", "--dry-run", "--json"]).json();
    assert_eq!((&tried["added"], &tried["run"]), (&json!(200), &json!(null)));
    let done = env.karat(["import", "theirs.csv", "--as", "predictions", "--json"]).json();
    assert_eq!((&done["added"], &done["run"], &done["rejected"]), (&json!(200), &json!(2), &json!(0)), "{done}");
    assert!(done["notes"].to_string().contains("left out: the columns made"), "{done}");
    let run = env.karat(["runs", "show", "theirs", "--json"]).json();
    assert_eq!(
        (&run["origin"], &run["model"], &run["judged_by"]),
        (&json!("imported"), &json!("theirs"), &json!("test"))
    );
    assert_eq!(run["rows"], json!({"train": null, "validation": 0, "test": 40}));
    assert!(run["metrics"]["test"]["log_loss"]["value"].is_number() && run["floor"]["test"]["accuracy"]["n"] == 40);
    assert!(run["confusion"]["test"]["counts"].is_array() && run["reliability"]["test"].is_array());
    assert!(run["snapshot"]["number"].is_number(), "the state is kept");
    assert_eq!(run["artifacts"], json!([]));
    assert!(env.karat(["runs"]).ok().contains("elsewhere"));
    assert!(env.karat(["runs", "show", "theirs"]).ok().contains("200 predictions from theirs.csv"));
    // The same again adds nothing; others under its name are refused.
    let again = env.karat(["import", "theirs.csv", "--as", "predictions", "--json"]).json();
    assert_eq!((&again["added"], &again["unchanged"], &again["batch"]), (&json!(0), &json!(200), &json!(null)));
    env.write("other.csv", "id,pred\n1,good\n");
    let import = |args: &[&str]| env.karat(["import", "other.csv", "--as", "predictions"].iter().chain(args));
    assert!(import(&["--name", "theirs"]).fails(1).contains("predicts otherwise"));
    assert!(import(&["--name", "ours"]).fails(1).contains("trained here"));
    assert!(import(&["--name", "7"]).fails(2).contains("cannot be called"));
    // It is compared and promoted; what needs a model says why it cannot be.
    let compared = env.karat(["runs", "compare", "ours", "theirs", "--json"]).json();
    assert_eq!((&compared["n"], &compared["metrics"]["log_loss"]["diff"].is_number()), (&json!(40), &true));
    env.karat(["runs", "promote", "theirs"]).ok();
    assert!(env.karat(["predict", "theirs.csv"]).fails(2).contains("came in from a file"));
    assert!(env.karat(["runs", "reproduce", "theirs"]).fails(2).contains("trained elsewhere"));
    // Out and in again they are the same.
    env.karat(["export", "out.csv", "--what", "predictions", "--run", "theirs"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    assert!(out.starts_with("item,prediction,p_bad,p_good\n0,bad,0.9,0.1\n"), "{out}");
    env.karat(["import", "out.csv", "--as", "predictions"]).ok();
    env.karat(["export", "again.csv", "--what", "predictions", "--run", "out"]).ok();
    assert_eq!(out, std::fs::read_to_string(env.path("again.csv")).unwrap());
    assert!(env.karat(["export", "x.csv", "--run", "out"]).fails(2).contains("--what predictions"));
    // One undo takes the run and what it brought back.
    let batch = done["batch"].as_str().unwrap();
    env.karat(["import", "--undo", batch]).ok();
    assert!(env.karat(["runs", "show", "theirs"]).fails(2).contains("no run is called"));
    env.karat(["doctor"]).ok();
}

#[test]
fn predictions_without_probabilities_say_what_cannot_be_measured() {
    let env = project();
    let rows: String = (0..200).map(|i| format!("{i},{}\n", if i % 3 == 0 { "good" } else { "bad" })).collect();
    env.write("bare.csv", format!("item,label\n{rows}"));
    env.karat(["import", "bare.csv", "--as", "predictions", "--name", "bare"]).ok();
    let run = env.karat(["runs", "show", "bare", "--json"]).json();
    let metrics = &run["metrics"]["test"];
    assert_eq!(metrics["accuracy"]["value"], 1.0);
    assert_eq!(metrics["log_loss"]["reason"], "the predictions have no probabilities");
    assert_eq!(run["reliability"]["test"], json!([]));
    env.karat(["train"]).ok();
    assert!(env.karat(["runs", "compare", "bare", "2", "--json"]).json()["metrics"]["log_loss"].is_null());
    env.karat(["export", "out.jsonl", "--what", "predictions", "--run", "bare"]).ok();
    assert!(
        std::fs::read_to_string(env.path("out.jsonl")).unwrap().starts_with("{\"item\":\"0\",\"prediction\":\"good\"}")
    );
    // A score tells both probabilities of two; rows that nothing is settled of leave nothing to judge by.
    env.karat(["split", "--test", "0"]).ok();
    env.write("sure.csv", "item,label,score\n1,bad,0.75\n2,good,0.4\n");
    let done = env.karat(["import", "sure.csv", "--as", "predictions", "--json"]).json();
    assert!(done["notes"].to_string().contains("in 1 rows what is predicted is not the likeliest"), "{done}");
    let run = env.karat(["runs", "show", "sure", "--json"]).json();
    assert_eq!((&run["judged_by"], &run["metrics"]["all"]["accuracy"]["n"]), (&json!("all"), &json!(2)));
    assert!(run["reason"].as_str().unwrap().contains("test split"));
    env.karat(["export", "sure.out.csv", "--what", "predictions", "--run", "sure"]).ok();
    let out = std::fs::read_to_string(env.path("sure.out.csv")).unwrap();
    assert_eq!(out, "item,prediction,p_bad,p_good\n1,bad,0.75,0.25\n2,good,0.6,0.4\n");
}

#[test]
fn predictions_that_are_not_right_are_refused_with_their_line() {
    let env = project();
    let cases = [
        ("item,label\n1,good\n2,god\n", "line 3", "\"god\""),
        ("item,label\n1,good\n999,good\n", "line 3", "999"),
        ("item,label\n1,good\n1,bad\n", "line 3", "line 2"),
        ("item,label\n1,good\n2,\n", "line 3", "nothing is predicted"),
        ("item,p_good,p_bad\n1,.5,.5\n2,.5,.7\n", "line 3", "sum to 1.200"),
        ("item,p_good,p_bad\n1,.5,.5\n2,1.5,-.5\n", "line 3", "between 0 and 1"),
        ("item,p_good,p_bad\n1,.5,.5\n2,NaN,.5\n", "line 3", "between 0 and 1"),
        ("item,p_good,p_bad\n1,.5,.5\n2,,.5\n", "line 3", "nothing is there"),
    ];
    for (csv, line, why) in cases {
        env.write("p.csv", csv);
        let said = env.karat(["import", "p.csv", "--as", "predictions"]).fails(1);
        assert!(said.contains(line) && said.contains(why), "{csv}{said}");
        let kept = env.karat(["import", "p.csv", "--as", "predictions", "--keep-good", "--json"]).json();
        assert_eq!((&kept["added"], &kept["rejected"]), (&json!(1), &json!(1)), "{csv}");
        env.karat(["import", "--undo", kept["batch"].as_str().unwrap()]).ok();
    }
    env.write("p.csv", "item,p_goo,p_bad\n1,.5,.5\n");
    let said = env.karat(["import", "p.csv", "--as", "predictions"]).fails(1);
    assert!(said.contains("p_goo") && said.contains("did you mean"), "{said}");
    env.karat(["import", "p.csv", "--as", "predictions", "--map", "goo=good"]).ok();
    env.write("p.csv", "item,guess\n1,good\n");
    assert!(env.karat(["import", "p.csv", "--as", "predictions"]).fails(1).contains("--answer-col"));
    assert!(env.karat(["import", "data.csv", "--as", "items", "--name", "x"]).fails(2).contains("--as predictions"));
    assert_eq!(env.karat(["runs", "--json"]).json()["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn predictions_of_label_sets_and_ratings_come_in_too() {
    let env = TestEnv::new();
    let rows: String =
        (0..20).map(|i| format!("{i},text {i},{}\n", ["a", "b", "a;b"][i % 3].replace(';', ", "))).collect();
    let rows = rows.replace("a, b", "\"a, b\"");
    env.write("sets.csv", format!("id,text,label\n{rows}"));
    let sets = ["init", "sets.csv", "--labelled", "label", "--kind", "choices", "--labels", "a,b", "--eval", "0.5"];
    env.karat(sets).ok();
    env.write("bare.csv", "item,label\n0,a\n1,\"a, b\"\n2,\"a, b\"\n3,[]\n4,b\n5,a\n6,b\n7,a\n8,a\n9,a\n");
    env.karat(["import", "bare.csv", "--as", "predictions"]).ok();
    let run = env.karat(["runs", "show", "bare", "--json"]).json();
    let judged = run["judged_by"].as_str().unwrap();
    assert_eq!(run["metrics"][judged]["log_loss"]["reason"], "the predictions have no probabilities");
    assert!(run["metrics"][judged]["hamming_loss"]["value"].is_number());
    env.karat(["export", "out.csv", "--what", "predictions"]).ok();
    assert!(std::fs::read_to_string(env.path("out.csv")).unwrap().starts_with("item,prediction\n0,a\n1,\"a, b\"\n"));
    env.write("p.csv", "item,p_a,p_b\n0,.9,.75\n1,.2,.1\n");
    env.karat(["import", "p.csv", "--as", "predictions"]).ok();
    env.karat(["export", "p.out.csv", "--what", "predictions", "--run", "p"]).ok();
    let out = std::fs::read_to_string(env.path("p.out.csv")).unwrap();
    assert_eq!(out, "item,prediction,p_a,p_b\n0,\"a, b\",0.9,0.75\n1,[],0.2,0.1\n");
    // What was trained here leaves, and comes in again as the same.
    env.karat(["train", "--name", "ours"]).ok();
    env.karat(["export", "ours.csv", "--what", "predictions", "--run", "ours"]).ok();
    env.karat(["import", "ours.csv", "--as", "predictions", "--name", "again"]).ok();
    env.karat(["export", "again.csv", "--what", "predictions", "--run", "again"]).ok();
    let [ours, again] = ["ours.csv", "again.csv"].map(|name| std::fs::read_to_string(env.path(name)).unwrap());
    assert!(ours.lines().count() == 21 && ours == again, "{ours}");
    let metrics = |run: &str| env.karat(["runs", "show", run, "--json"]).json()["metrics"]["test"].clone();
    assert_eq!(metrics("ours"), metrics("again"));

    let env = TestEnv::new();
    let rows: String = (0..20).map(|i| format!("{i},text {i},{}\n", i % 5 + 1)).collect();
    env.write("stars.csv", format!("id,text,stars\n{rows}"));
    env.karat(["init", "stars.csv", "--labelled", "stars", "--kind", "rating", "--eval", "0.5"]).ok();
    let rows: String = (0..20).map(|i| format!("{i},{}\n", i % 5 % 4 + 1)).collect();
    env.write("p.csv", format!("item,prediction\n{rows}"));
    env.karat(["import", "p.csv", "--as", "predictions"]).ok();
    let run = env.karat(["runs", "show", "p", "--json"]).json();
    assert!(run["metrics"]["test"]["mae"]["value"].is_number(), "{run}");
}

#[test]
fn a_run_leaves_as_a_folder_and_as_a_store_for_mlflow() {
    let env = project();
    env.karat(["train", "--name", "no: first"]).ok();
    let folder = env.karat(["runs", "export", "1", "model", "--format", "folder", "--json"]).json();
    let files: Vec<&str> = folder["files"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    let wanted = ["LICENSE", "README.md", "config.json", "labels.json", "model.safetensors", "vocab.json"];
    assert!(
        wanted.iter().all(|name| files.contains(name) && env.path(&format!("model/{name}")).is_file()),
        "{files:?}"
    );
    let read = |name: &str| std::fs::read_to_string(env.path(name)).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&read("model/labels.json")).unwrap(), json!(["bad", "good"]));
    let card = read("model/README.md");
    assert!(card.starts_with("---\nlicense:") && card.contains("- name: \"no: first\""), "{card}");
    assert!(card.contains("| accuracy |") && card.contains("trained on 160 items"), "{card}");
    assert!(env.karat(["runs", "export", "1", "model", "--format", "folder"]).fails(1).contains("not empty"));
    let left = std::fs::read_dir(env.path(".")).unwrap().filter_map(|e| e.unwrap().file_name().into_string().ok());
    assert!(left.into_iter().all(|name| !name.contains(".part")));

    env.karat(["runs", "export", "1", "mlflow.db", "--format", "mlflow"]).ok();
    assert!(std::fs::read(env.path("mlflow.db")).unwrap().starts_with(b"SQLite format 3"));
    assert!(env.karat(["runs", "export", "1", "mlflow.db", "--format", "mlflow"]).fails(1).contains("there already"));
    assert!(env.karat(["runs", "export", "1", "x", "--format", "pickle"]).fails(2).contains("mlflow"));
    // Predictions that came in have metrics, but no model.
    env.write("theirs.csv", "item,label\n1,good\n2,bad\n");
    env.karat(["import", "theirs.csv", "--as", "predictions"]).ok();
    env.karat(["runs", "export", "theirs", "theirs.db", "--format", "mlflow"]).ok();
    assert!(env.karat(["runs", "export", "theirs", "theirs", "--format", "folder"]).fails(2).contains("has no model"));
    assert!(!env.path("theirs").exists());
}

#[test]
fn a_run_is_taken_back_alone_where_another_stands_on_its_state() {
    let env = project();
    env.write("theirs.csv", "item,label\n1,good\n2,bad\n");
    let done = env.karat(["import", "theirs.csv", "--as", "predictions", "--json"]).json();
    env.karat(["train"]).ok();
    env.karat(["train", "--model", "naive-bayes"]).ok();
    env.karat(["import", "--undo", done["batch"].as_str().unwrap()]).ok();
    let left = env.karat(["runs", "--json"]).json();
    assert_eq!(left["runs"].as_array().unwrap().len(), 2);
    assert_eq!(left["runs"][0]["snapshot"]["number"], 1, "the state stays: {left}");
    assert_eq!(env.karat(["runs", "reproduce", "2", "--json"]).json()["same"], true);
    // The next state is stored against it, and no second one is kept of the same.
    env.karat(["train", "--model", "majority"]).ok();
    assert_eq!(env.karat(["snapshot", "--json"]).json()["snapshots"].as_array().unwrap().len(), 1);
    env.karat(["settle", "5", "good"]).ok();
    env.karat(["train"]).ok();
    assert_eq!(env.karat(["runs", "show", "--json"]).json()["parent"], 1);
    env.karat(["doctor", "--rebuild"]).ok();
}
