//! Which model orders the queue: rounds of any family, or a run by what it has said.

use crate::harness::TestEnv;
use serde_json::{Value as Json, json};

/// Sixty rows that are labelled and sixty that are not, with a price that tells as much as the text.
fn project() -> TestEnv {
    let env = TestEnv::new();
    let row = |i: usize| {
        let (word, price, label) = [("splendid", 10, "good"), ("dreadful", 30, "bad")][i % 2];
        let label = if i < 60 { label } else { "" };
        format!("{i},\"{word} thing, number {i} of {}\",{},{label}\n", i * 7919 % 31, price + i % 5)
    };
    env.write("data.csv", format!("id,text,price,label\n{}", (0..120).map(row).collect::<String>()));
    let init = ["init", "data.csv", "-p", "reviews.karat", "--id", "id", "--text", "text"];
    env.karat(init.into_iter().chain(["--labelled", "label", "--feature", "price", "--eval", "0.1"])).ok();
    env
}

fn queue(env: &TestEnv) -> Json {
    env.karat(["queue", "--limit", "500", "--json"]).json()
}

fn items(queue: &Json) -> Vec<&str> {
    queue["items"].as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap()).collect()
}

#[test]
fn rounds_of_any_family_order_the_queue_for_everybody() {
    let env = project();
    assert!(env.karat(["settings", "set", "ranker.model", "majority"]).fails(2).contains("forest"));
    env.karat(["retrain"]).ok();
    assert_eq!(queue(&env)["model"], json!({"ranker": "logistic-regression", "run": null, "note": null}));
    for family in ["naive-bayes", "tree", "forest", "boosting", "mlp"] {
        env.karat(["settings", "set", "ranker.model", family]).ok();
        let round = env.karat(["retrain", "--json"]).json();
        assert!(round["accuracy"]["value"].as_f64().unwrap() > 0.8, "{family}: {round}");
        let queue = queue(&env);
        assert_eq!((&queue["round"], &queue["model"]["ranker"]), (&round["round"], &json!(family)), "{queue:#}");
        let first = &queue["items"][0];
        assert!(first["score"].is_number() && first["probabilities"]["good"].is_number(), "{family}: {first}");
        assert!(env.karat(["queue"]).ok().contains(&format!("ordered by the ranker ({family})")));
        let again = env.karat(["retrain", "--json"]).json();
        assert_eq!(again["weights"], round["weights"], "{family} comes out the same");
    }
    assert!(env.karat(["lanes"]).ok().contains("ordered by the ranker (mlp)"));
    env.karat(["settings", "set", "ranker.model", "logistic-regression"]).ok();
    env.karat(["retrain"]).ok();
    assert!(!env.karat(["queue"]).ok().contains("ordered by"));
    env.sound("reviews.karat");
}

#[test]
fn a_runs_predictions_order_the_queue_and_what_it_does_not_know_comes_by_the_round_or_last() {
    let env = project();
    assert!(env.karat(["settings", "set", "queue.run", "1"]).fails(2).contains("karat runs list"));
    env.karat(["train", "--model", "naive-bayes", "--name", "first"]).ok();
    env.karat(["settings", "set", "queue.run", "first"]).ok();
    assert!(env.karat(["settings", "get", "queue.run"]).ok().contains("queue.run  1"));
    let by_run = queue(&env);
    assert_eq!(by_run["model"]["run"], json!({"run": 1, "name": "first", "model": "naive-bayes"}));
    assert_eq!(by_run["round"], json!(null), "there is none");
    env.karat(["export", "said.csv", "--what", "predictions"]).ok();
    let said = std::fs::read_to_string(env.path("said.csv")).unwrap();
    let head = said.lines().next().unwrap();
    let first = &by_run["items"][0];
    let line = said.lines().find(|line| line.starts_with(&format!("{},", first["item"].as_str().unwrap())));
    let p = first["probabilities"]["good"].as_f64().unwrap();
    let told = line.unwrap().split(',').filter_map(|cell| cell.parse::<f64>().ok());
    assert!(told.into_iter().any(|cell| (cell - p).abs() < 1e-6), "{head}\n{line:?} against {p}");
    let scores: Vec<f64> = by_run["items"].as_array().unwrap().iter().filter_map(|i| i["score"].as_f64()).collect();
    assert!(scores.len() == items(&by_run).len() && scores.len() > 40);
    // Items that came later: last, while there is no round; with one they stand among the others.
    env.write("more.csv", "id,text,price\nnew-1,a splendid one,11\nnew-2,a dreadful one,31\n");
    env.karat(["import", "more.csv", "--as", "items"]).ok();
    let later = queue(&env);
    let last = items(&later).split_off(scores.len());
    assert!(last.len() == 2 && last.iter().all(|item| item.starts_with("new")), "{last:?}");
    assert_eq!(later["items"][scores.len()]["score"], json!(null));
    env.karat(["retrain"]).ok();
    let with = queue(&env);
    assert!(with["items"].as_array().unwrap().iter().all(|item| item["score"].is_number()), "{with:#}");
    // Whichever counts; and where that is none, the rounds.
    env.karat(["settings", "set", "queue.run", "champion"]).ok();
    let none = env.karat(["queue"]).ok();
    assert!(none.contains("no run is the champion: the rounds order the queue"), "{none}");
    env.karat(["runs", "promote", "first"]).ok();
    assert!(env.karat(["lanes"]).ok().contains("ordered by run 1 (naive-bayes)"));
    env.karat(["settings", "set", "queue.run", "none"]).ok();
    assert_eq!(queue(&env)["round"], json!(1));
}
