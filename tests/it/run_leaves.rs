//! What a run does outside of its project: files of any size labelled, models for other programs, the same numbers elsewhere.

use crate::cli_runs::project;
use crate::harness::{Run, TestEnv};
use serde_json::{Value as Json, json};
use std::io::Write as _;
use std::process::Stdio;

/// Runs `karat` with this on its standard input.
fn piped(env: &TestEnv, args: &[&str], bytes: &[u8]) -> Run {
    let mut command = env.command(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let run = child.wait_with_output().unwrap().into();
    feed.join().unwrap();
    run
}

fn lines(env: &TestEnv, name: &str) -> Vec<String> {
    std::fs::read_to_string(env.path(name)).unwrap().lines().map(str::to_owned).collect()
}

fn behind_the_name(line: &str) -> &str {
    line.split_once(',').unwrap().1
}

#[test]
fn a_file_of_many_blocks_is_labelled_as_one() {
    let env = project();
    env.karat(["train"]).ok();
    let rows: String = (0..40_000)
        .map(|i| format!("{i},{} thing,{}.50,north\n", if i % 3 == 0 { "splendid" } else { "dreadful" }, 10 + i % 30))
        .collect();
    let csv = format!("name,text,price,shop\n{rows}");
    env.write("new.csv", &csv);
    let done = env.karat(["predict", "new.csv", "-o", "out.csv", "--json"]).json();
    assert_eq!(done["rows"], 40_000);
    let out = lines(&env, "out.csv");
    assert_eq!((out.len(), out[0].as_str()), (40_001, "name,text,price,shop,prediction,p_bad,p_good"));
    assert!(out[30_001].starts_with("30000,splendid thing,10.50,north,good,"), "as it was written: {}", out[30_001]);
    let equal =
        (1..out.len()).step_by(900).all(|i| behind_the_name(&out[i]) == behind_the_name(&out[(i - 1) % 30 + 1]));
    assert!(equal, "the same rows are labelled alike in every block");
    // From a pipe, and through Parquet, which has groups of rows.
    let from_pipe = piped(&env, &["predict", "-"], csv.as_bytes()).ok();
    assert!(from_pipe.lines().eq(out.iter().map(String::as_str)));
    env.karat(["predict", "new.csv", "-o", "out.parquet"]).ok();
    let again = env.karat(["predict", "out.parquet", "-o", "again.jsonl", "--json"]).json();
    assert_eq!(again["replaced"], json!(["prediction", "p_bad", "p_good"]));
    let again = lines(&env, "again.jsonl");
    let last: Json = serde_json::from_str(&again[39_999]).unwrap();
    assert_eq!((again.len(), &last["name"], &last["prediction"]), (40_000, &json!(39_999), &json!("good")));
    assert_eq!(last["price"], 19.5);
}

#[test]
fn a_file_is_decided_on_as_mistakes_cost() {
    let env = project();
    env.karat(["train", "--features", "text"]).ok();
    env.karat(["question", "costs", "good->bad=1000"]).ok();
    env.karat(["train", "--features", "text"]).ok();
    env.write("new.csv", "text\ndreadful thing\n");
    let said = |run: &str| env.karat(["predict", "new.csv", "--run", run]).ok();
    assert!(said("1").contains("dreadful thing,bad,") && said("2").contains("dreadful thing,good,"), "{}", said("2"));
}

#[test]
fn what_is_wrong_in_a_later_block_is_said_before_anything_is_written() {
    let env = project();
    env.karat(["train"]).ok();
    let good: String = (0..20_000).map(|i| format!("{i},splendid thing,12,north\n")).collect();
    env.write("wrong.csv", format!("name,text,price,shop\n{good}20000,dreadful\n"));
    let run = env.karat(["predict", "wrong.csv"]);
    assert_eq!(run.out, "");
    let said = run.fails(1);
    assert!(said.contains("wrong.csv line 20002: 2 fields where the header has 4"), "{said}");
    env.write("out.csv", "old");
    let said = env.karat(["predict", "wrong.csv", "-o", "out.csv", "--force"]).fails(1);
    assert!(said.contains("line 20002") && lines(&env, "out.csv") == ["old"]);
    let pipe = format!("{{\"text\":\"a\"}}\n{}{{\"text\":7}}\n", "{\"text\":\"b\"}\n".repeat(20_000));
    let run = piped(&env, &["predict", "-"], pipe.as_bytes());
    assert!(run.out.is_empty() && run.fails(1).contains("line 20002, column \"text\": the text is a number"));
    let left = std::fs::read_dir(env.path(".")).unwrap().filter_map(|e| e.unwrap().file_name().into_string().ok());
    assert!(left.into_iter().all(|name| !name.contains(".part")));
}

#[test]
fn a_column_that_comes_late_is_there_from_the_start() {
    let env = project();
    env.karat(["train", "--features", "text"]).ok();
    let rows = format!("{}{{\"text\":\"b\",\"late\":5}}\n", "{\"text\":\"a\"}\n".repeat(20_000));
    env.write("new.jsonl", rows);
    env.karat(["predict", "new.jsonl", "-o", "out.csv"]).ok();
    let out = lines(&env, "out.csv");
    assert_eq!(out[0], "text,late,prediction,p_bad,p_good");
    assert!(out[1].starts_with("a,,") && out[20_001].starts_with("b,5,"));
}

#[test]
fn a_run_is_the_same_on_another_number_of_threads() {
    let env = project();
    let with = |threads: &str, args: &[&str]| -> Json {
        let output = env.command(args).env("RAYON_NUM_THREADS", threads).output().unwrap();
        Run::from(output).json()
    };
    let models: [&[&str]; 4] = [
        &["logistic-regression"],
        &["naive-bayes"],
        &["forest", "--set", "trees=10"],
        &["logistic-regression", "--features", "text"],
    ];
    for (i, model) in models.iter().enumerate() {
        let (one, other) = if i == 0 { (2, 1) } else { (1, 2) };
        let run = with(&one.to_string(), &[&["train", "--json", "--model"], *model].concat());
        assert_eq!(run["machine"]["threads"], one);
        let again = with(&other.to_string(), &["runs", "reproduce", &(i + 1).to_string(), "--json"]);
        assert_eq!((&again["same"], &again["differences"]), (&json!(true), &json!([])), "{model:?}");
        assert!(again["compared"].as_u64().unwrap() > 50);
    }
}

#[test]
fn a_model_of_texts_leaves_as_onnx_and_another_says_why_not() {
    let env = project();
    env.karat(["train", "--features", "text"]).ok();
    env.karat(["runs", "export", "1", "model.onnx", "--format", "onnx"]).ok();
    let onnx = std::fs::read(env.path("model.onnx")).unwrap();
    let holds = |part: &str| onnx.windows(part.len()).any(|window| window == part.as_bytes());
    let snapshot = env.karat(["runs", "show", "1", "--json"]).json()["snapshot"]["hash"].clone();
    assert!(holds("TfIdfVectorizer") && holds("splendid") && holds(snapshot.as_str().unwrap()));
    assert!(env.karat(["runs", "export", "1", "model.onnx", "--format", "onnx"]).fails(1).contains("there already"));
    env.karat(["runs", "export", "1", "folder", "--format", "folder"]).ok();
    assert_eq!(std::fs::read(env.path("folder/model.onnx")).unwrap(), onnx);
    let words: Json = serde_json::from_slice(&std::fs::read(env.path("folder/vocab.json")).unwrap()).unwrap();
    assert!(words["splendid thing"].is_u64() && words["~^splen"].is_u64() && words["zebra"].is_null());

    env.karat(["train"]).ok();
    let said = env.karat(["runs", "export", "2", "other.onnx", "--format", "onnx"]).fails(2);
    assert!(said.contains("not a sum over the words of a text") && !env.path("other.onnx").exists(), "{said}");
    env.karat(["runs", "export", "2", "other", "--format", "folder"]).ok();
    assert!(!env.path("other/model.onnx").exists());
    let card = std::fs::read_to_string(env.path("other/README.md")).unwrap();
    assert!(card.contains("There is no `model.onnx`: it is not a sum over the words of a text"), "{card}");
}
