//! What a run's record tells beside its metrics: curves, spread over seeds, size.

use crate::cli_runs::project;
use crate::harness::TestEnv;
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

#[test]
fn mistakes_that_cost_more_are_made_less_and_every_side_decides_alike() {
    let env = project();
    let train = |name: &str| env.karat(["train", "--features", "text", "--name", name, "--json"]).json();
    let plain = train("plain");
    assert!(plain["costs"].is_null() && plain["metrics"]["test"]["cost"].is_null());
    assert!(env.karat(["question", "costs"]).ok().contains("every mistake costs the same"));
    assert!(env.karat(["question", "costs", "good->bda=3"]).fails(2).contains("did you mean \"bad\""));
    assert!(env.karat(["question", "costs", "good=3"]).fails(2).contains("TRUE->SAID=COST"));
    assert!(env.karat(["question", "costs", "good->bad=x"]).fails(2).contains("no cost"));
    let set = env.karat(["question", "costs", "good->bad=40", "--json"]).json();
    assert_eq!((&set["labels"], &set["costs"]), (&json!(["bad", "good"]), &json!([[0.0, 1.0], [40.0, 0.0]])));
    assert!((set["threshold"].as_f64().unwrap() - 1.0 / 41.0).abs() < 1e-12);
    assert!(env.karat(["log"]).ok().contains("bad said of good 40"));
    let weighed = train("weighed");
    assert_eq!(weighed["costs"]["matrix"], set["costs"]);
    let cost = &weighed["metrics"]["test"]["cost"];
    assert!(cost["value"].is_number() && cost["ci95"][0].is_number() && cost["n"] == 40, "{cost}");
    assert!(weighed["floor"]["test"]["cost"]["value"].is_number());
    let missed = |run: &Json| run["confusion"]["test"]["counts"][1][0].as_u64().unwrap();
    assert!(missed(&weighed) <= missed(&plain));
    assert!(env.karat(["runs", "show"]).ok().contains("decides by what mistakes cost: bad said of good 40, others 1"));
    // What was decided stands in the predictions, wherever they go.
    env.karat(["export", "out.csv", "--what", "predictions", "--run", "weighed"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    for line in out.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[1] == "good", cells[3].parse::<f64>().unwrap() >= 1.0 / 41.0, "{line}");
    }
    // What is decided by goes with the run; the project may cost otherwise by then.
    env.karat(["question", "costs", "--clear"]).ok();
    assert_eq!(env.karat(["runs", "reproduce", "weighed", "--json"]).json()["same"], true);
    env.write("costs.csv", "is,bad,good\nbad,,2\ngood,30,\n");
    let read = env.karat(["question", "costs", "--from", "costs.csv", "--json"]).json();
    assert_eq!(read["costs"], json!([[0.0, 2.0], [30.0, 0.0]]));
    env.write("costs.csv", "true,said,cost\ngood,bad,7\n");
    env.karat(["question", "costs", "--from", "costs.csv"]).ok();
    let compared = env.karat(["runs", "compare", "plain", "weighed", "--json"]).json();
    assert_eq!(compared["costs"], json!([[0.0, 1.0], [7.0, 0.0]]));
    assert!(compared["metrics"]["cost"]["ci95"][0].is_number(), "{compared}");
    env.karat(["undo"]).ok();
    assert_eq!(env.karat(["question", "costs", "--json"]).json()["costs"], read["costs"]);
    env.karat(["doctor"]).ok();
}

#[test]
fn what_the_seed_makes_stands_beside_the_difference() {
    let env = project();
    for trees in ["trees=1", "trees=2"] {
        env.karat(["train", "--model", "forest", "--set", trees, "--seeds", "3"]).ok();
    }
    let compared = env.karat(["runs", "compare", "1", "2", "--json"]).json();
    let spread = &compared["metrics"]["accuracy"]["spread"];
    let seeds = env.karat(["runs", "show", "1", "--json"]).json()["seeds"]["metrics"]["accuracy"].clone();
    assert_eq!(spread["a"], json!([seeds["min"], seeds["max"]]));
    assert!(spread["overlap"].is_boolean() && env.karat(["runs", "compare", "1", "2"]).ok().contains("over seeds"));
    env.karat(["train", "--model", "tree"]).ok();
    let compared = env.karat(["runs", "compare", "1", "3", "--json"]).json();
    assert!(compared["metrics"]["accuracy"]["spread"].is_null());
}

#[test]
fn label_sets_are_compared_and_keep_what_was_predicted() {
    let env = TestEnv::new();
    let rows: String = (0..60)
        .map(|i| format!("{i},word{} word{} text {i},\"{}\"\n", i % 3, i % 2, ["a", "b", "a, b"][i % 3]))
        .collect();
    env.write("sets.csv", format!("id,text,label\n{rows}"));
    let init = ["init", "sets.csv", "--labelled", "label", "--kind", "choices", "--labels", "a,b", "--eval", "0.4"];
    env.karat(init).ok();
    env.karat(["train", "--model", "naive-bayes"]).ok();
    env.karat(["train"]).ok();
    let compared = env.karat(["runs", "compare", "1", "2", "--json"]).json();
    assert_eq!(compared["n"], 24);
    for metric in ["accuracy", "macro_f1", "hamming_loss", "log_loss"] {
        assert!(compared["metrics"][metric]["diff"].is_number(), "{metric}: {compared}");
    }
    assert!(compared["metrics"]["accuracy"]["ci95"][0].is_number() && compared["mcnemar"]["p_value"].is_number());
    assert!(env.karat(["runs", "compare", "1", "2"]).ok().contains("McNemar"));
    // What a file says that it predicts counts, whatever its probabilities are.
    env.write("p.csv", "item,label,p_a,p_b\n0,\"a, b\",.9,.3\n1,[],.2,.8\n2,b,.1,.7\n");
    let done = env.karat(["import", "p.csv", "--as", "predictions", "--json"]).json();
    assert!(done["notes"].to_string().contains("in 2 rows the labels are not those"), "{done}");
    env.karat(["export", "out.csv", "--what", "predictions", "--run", "p"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    assert_eq!(out, "item,prediction,p_a,p_b\n0,\"a, b\",0.9,0.3\n1,[],0.2,0.8\n2,b,0.1,0.7\n");
    assert_eq!(env.karat(["import", "p.csv", "--as", "predictions", "--json"]).json()["unchanged"], 3);
    assert!(env.karat(["question", "costs", "a->b=3"]).fails(2).contains("only a choice has costs"));
}

#[test]
fn how_sure_a_model_is_of_one_label_of_many_is_measured_and_leaves_again() {
    let env = TestEnv::new();
    env.project("reviews", 90);
    env.karat(["import", "reviews.csv", "--as", "gold", "--answer-col", "gold"]).ok();
    let rows: String = (0..90)
        .map(|i| format!("{i},{},{}\n", ["negative", "neutral", "positive"][i * i % 3], [0.875, 0.625][i % 2]))
        .collect();
    env.write("theirs.csv", format!("item,label,score\n{rows}"));
    let done = env.karat(["import", "theirs.csv", "--as", "predictions", "--json"]).json();
    assert!(done["notes"].to_string().contains("nothing of the other labels"), "{done}");
    let run = env.karat(["runs", "show", "theirs", "--json"]).json();
    let judged = run["judged_by"].as_str().unwrap();
    let metrics = &run["metrics"][judged];
    assert!(metrics["ece"]["value"].is_number() && run["reliability"][judged].as_array().unwrap().len() == 10, "{run}");
    assert_eq!(metrics["log_loss"]["reason"], "the predictions have the probability of one class alone");
    assert_eq!(run["probabilities"], "score");
    env.karat(["export", "out.csv", "--what", "predictions", "--run", "theirs"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    assert!(out.starts_with("item,prediction,score\n0,negative,0.875\n1,neutral,0.625\n"), "{out}");
    env.karat(["import", "out.csv", "--as", "predictions", "--name", "again"]).ok();
    let again = env.karat(["runs", "show", "again", "--json"]).json();
    assert_eq!(again["metrics"], run["metrics"]);
    let compared = env.karat(["runs", "compare", "theirs", "again"]);
    assert!(compared.ok().contains("ece"));
}

#[test]
fn labels_that_were_merged_since_leave_as_one_column() {
    let env = TestEnv::new();
    env.project("reviews", 60);
    env.write("p.csv", "item,p_negative,p_neutral,p_positive\n0,.5,.25,.25\n1,.25,.375,.375\n");
    env.karat(["import", "p.csv", "--as", "predictions"]).ok();
    env.karat(["label", "merge", "neutral", "negative"]).ok();
    env.karat(["export", "out.csv", "--what", "predictions"]).ok();
    let out = std::fs::read_to_string(env.path("out.csv")).unwrap();
    assert_eq!(out, "item,prediction,p_negative,p_positive\n0,negative,0.75,0.25\n1,negative,0.625,0.375\n");
    env.karat(["import", "out.csv", "--as", "predictions"]).ok();
}

#[test]
fn what_is_erased_stays_in_no_model_or_is_named() {
    let env = TestEnv::new();
    let rows: String = (0..60)
        .map(|i| {
            let seller = match i {
                7 => "the one of a kind",
                8 | 9 => "the pair",
                _ => ["north", "south"][i % 2],
            };
            let text = if i == 8 || i == 9 { "a secret" } else { "a text" };
            format!("{i},{text} {i},{seller},{}\n", ["a", "b"][i % 2])
        })
        .collect();
    env.write("d.csv", format!("id,text,seller,label\n{rows}"));
    env.karat(["init", "d.csv", "--labelled", "label", "--feature", "seller", "--eval", "0"]).ok();
    for model in ["logistic-regression", "naive-bayes", "tree", "forest", "boosting"] {
        env.karat(["train", "--model", model, "--features", "fields", "--learning-curve", "off"]).ok();
    }
    env.karat(["train", "--features", "text", "--learning-curve", "off"]).ok();
    let done = env.karat(["erase", "7", "--yes", "--json"]).json();
    assert_eq!((&done["traces"], &done["in_split"]), (&json!([]), &json!(false)), "one row's word is in no model");
    // A word of two rows is the other's too, until that is erased.
    assert_eq!(env.karat(["erase", "8", "--yes", "--json"]).json()["traces"], json!([]));
    let done = env.karat(["erase", "9", "--yes", "--json"]).json();
    let traces = done["traces"].as_array().unwrap();
    assert_eq!((traces.len(), &traces[0]["file"], &traces[0]["words"]), (6, &json!("model.json"), &json!(1)), "{done}");
    assert_eq!((&traces[5]["run"], &traces[5]["file"]), (&json!(6), &json!("vocab.json")), "secret, a secret");
    env.karat(["doctor"]).ok();
}

#[test]
fn cross_validation_keeps_together_what_the_split_rule_keeps_together() {
    let env = TestEnv::new();
    // Twelve shops, each with words and a label of its own: known within a shop, unknown to the others.
    let row = |i: usize| {
        let shop = i % 12;
        format!("{i},word{shop} thing{shop} number {i},shop{shop},{}\n", if shop < 6 { "good" } else { "bad" })
    };
    env.write("data.csv", format!("id,text,shop,label\n{}", (0..240).map(row).collect::<String>()));
    env.karat(["init", "data.csv", "--labelled", "label", "--eval", "0"]).ok();
    let accuracy = || {
        let run = env.karat(["train", "--json"]).json();
        assert_eq!(run["judged_by"], "cross-validation");
        (run["metrics"]["cross-validation"]["accuracy"]["value"].as_f64().unwrap(), run["group"].clone())
    };
    let (apart, none) = accuracy();
    assert!(apart > 0.95 && none.is_null(), "{apart} {none}");
    env.karat(["split", "--test", "0", "--group", "shop"]).ok();
    let (together, group) = accuracy();
    assert!(together < 0.75 && group == "shop", "{together} {group}");
    assert_eq!(env.karat(["runs", "reproduce", "2", "--json"]).json()["same"], true);
}
