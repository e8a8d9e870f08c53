//! Trainings that others see, cancel and outlive.

use crate::harness::{Terminal, TestEnv};
use rustix::process::{Pid, getsid};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// What trains until somebody stops it, and draws curves meanwhile.
const ENDLESS: [&str; 7] = ["train", "--model", "mlp", "--set", "max_epochs=100000", "--set", "patience=100000"];

fn project() -> TestEnv {
    let env = TestEnv::new();
    let row = |i: usize| {
        let (word, label) = [("splendid", "good"), ("dreadful", "bad")][i % 2];
        format!("{i},{word} thing number {i},{label}\n")
    };
    env.write("data.csv", format!("id,text,label\n{}", (0..120).map(row).collect::<String>()));
    env.karat(["init", "data.csv", "-p", "reviews.karat", "--labelled", "label", "--eval", "0.2"]).ok();
    env
}

/// The newest training once it is as wanted.
fn training(env: &TestEnv, what: &str, wanted: impl Fn(&Json) -> bool) -> Json {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let mut all = env.karat(["trainings", "--json"]).json();
        let newest = all["trainings"][0].take();
        if wanted(&newest) {
            return newest;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}: {newest:#}");
    }
}

fn pid(training: &Json) -> Pid {
    Pid::from_raw(i32::try_from(training["pid"].as_i64().unwrap()).unwrap()).unwrap()
}

fn is_running(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

fn nothing_was_kept(env: &TestEnv) {
    assert_eq!(env.karat(["runs", "--json"]).json()["runs"], json!([]));
    assert_eq!(env.karat(["snapshot", "--json"]).json()["snapshots"], json!([]));
    assert_eq!(env.read("SELECT count(*) AS x FROM run_artifact"), ["0"]);
    env.sound("reviews.karat");
}

#[test]
fn a_detached_training_outlives_the_line_that_it_was_started_on() {
    let env = project();
    let train = format!("{} --detach", ENDLESS.join(" "));
    let mut terminal = Terminal::start_in_shell(&env, &train, "while :; do echo .; sleep 0.1; done");
    terminal.wait_for("training 1 is under way");
    let begun = training(&env, "a curve", |t| passes(t) > 0);
    assert_eq!(getsid(Some(pid(&begun))).ok(), Some(pid(&begun)), "it has a session of its own");
    terminal.hang_up();
    terminal.wait_exit();
    let after = training(&env, "a training", |t| t["training"] == 1);
    let on = training(&env, "a curve that goes on", |t| passes(t) > passes(&after) + 1);
    assert_eq!((&on["state"], &on["pid"]), (&json!("under-way"), &begun["pid"]));
    env.karat(["trainings", "cancel", "1"]).ok();
}

#[test]
fn a_detached_training_ends_with_its_run() {
    let env = project();
    env.karat(["train", "--detach", "--model", "mlp", "--set", "max_epochs=9", "--name", "net", "--seed", "3"]).ok();
    let done = training(&env, "the end of the training", |t| t["state"] != "under-way");
    assert_eq!((&done["state"], &done["run"], &done["by"]), (&json!("finished"), &json!(1), &json!("ana")), "{done:#}");
    let run = env.karat(["runs", "show", "net", "--json"]).json();
    assert_eq!((&run["seed"], &run["params"]["max_epochs"]), (&json!(3), &json!("9")));
    let losses = |curve: &str| run["curves"][curve].as_array().map_or(0, Vec::len);
    assert!(losses("train_loss") > 1 && losses("validation_loss") > 1, "{}", run["curves"]);
    let status = env.karat(["status", "--json"]).json();
    assert_eq!((&status["trainings"][0]["state"], &status["runs"]), (&json!("finished"), &json!(1)));
    env.sound("reviews.karat");
}

/// How many passes a training's curve has.
fn passes(training: &Json) -> u64 {
    training["curves"]["train_loss"].as_array().and_then(|points| points.last()?[0].as_u64()).unwrap_or(0)
}

#[test]
fn whoever_looks_on_sees_curves_and_cancels_what_two_others_train() {
    let env = project();
    for number in [1, 2] {
        let args = ENDLESS.into_iter().chain(["--detach", "--json"]);
        assert_eq!(env.karat(args).json()["training"], number);
    }
    let live = training(&env, "a curve", |t| passes(t) > 3);
    assert_eq!(
        (&live["training"], &live["state"], &live["stage"]),
        (&json!(2), &json!("under-way"), &json!("training"))
    );
    assert!(env.karat(["doctor"]).ok().contains("training 1 is under-way"));
    assert!(env.karat(["trainings", "dismiss", "2"]).fails(1).contains("trainings cancel 2"));
    assert!(env.karat(["trainings", "cancel", "7"]).fails(2).contains("no training 7"));
    let cancelled = env.karat(["--by", "ana", "trainings", "cancel", "2", "--json"]).json();
    assert_eq!((&cancelled["state"], &cancelled["said"]), (&json!("cancelled"), &json!("by ana")));
    assert!(env.karat(["trainings", "cancel", "2"]).fails(1).contains("cancelled"));
    let first = env.karat(["trainings", "--json"]).json()["trainings"][1].take();
    assert!(first["training"] == 1 && first["state"] == "under-way", "the other goes on: {first:#}");
    env.karat(["trainings", "cancel", "1"]).ok();
    let deadline = Instant::now() + Duration::from_secs(60);
    while is_running(pid(&live)) || is_running(pid(&first)) {
        assert!(Instant::now() < deadline, "a process goes on that was cancelled");
    }
    nothing_was_kept(&env);
    assert_eq!(env.karat(["trainings", "dismiss", "--json"]).json()["dismissed"], json!([1, 2]));
    assert_eq!(env.karat(["trainings", "--json"]).json()["trainings"], json!([]));
}

#[test]
fn why_a_detached_training_failed_stays_to_be_read() {
    let env = TestEnv::new();
    env.write("one.csv", "id,text,label\n1,a,x\n2,b,x\n3,c,x\n");
    env.karat(["init", "one.csv", "-p", "reviews.karat", "--labelled", "label", "--eval", "0"]).ok();
    assert!(env.karat(["train", "--detach", "--set", "cc=3"]).fails(2).contains("\"c\""));
    assert!(env.karat(["train", "--detach", "--features", "fields"]).fails(1).contains("karat field set"));
    assert_eq!(env.karat(["trainings", "--json"]).json()["trainings"], json!([]), "none of them began");
    env.karat(["train", "--detach"]).ok();
    let failed = training(&env, "the end", |t| t["state"] != "under-way");
    assert!(
        failed["state"] == "failed" && failed["said"].as_str().unwrap().contains("nothing to tell apart"),
        "{failed:#}"
    );
    assert!(env.karat(["status"]).ok().contains("nothing to tell apart"));
    nothing_was_kept(&env);
    // The next training of the question takes its place.
    env.karat(["train", "--model", "majority"]).ok();
    let now = env.karat(["trainings", "--json"]).json();
    assert_eq!((now["trainings"].as_array().unwrap().len(), &now["trainings"][0]["state"]), (1, &json!("finished")));
}

#[test]
fn ctrl_c_cancels_a_training_in_a_terminal_and_a_dead_one_is_lost() {
    let env = project();
    let mut terminal = Terminal::start(&env, &ENDLESS);
    terminal.wait_for("training ▕");
    training(&env, "a training that is seen", |t| t["state"] == "under-way" && t["stage"] == "training");
    terminal.keys("\x03");
    assert_eq!(terminal.wait_end().exit_code(), 130);
    let cancelled = training(&env, "an end", |t| t["state"] != "under-way");
    assert_eq!(cancelled["state"], "cancelled", "{cancelled:#}");
    nothing_was_kept(&env);
    let mut terminal = Terminal::start(&env, &ENDLESS);
    terminal.wait_for("training ▕");
    terminal.kill();
    let lost = env.karat(["trainings", "--json"]).json()["trainings"][0].take();
    assert_eq!((&lost["training"], &lost["state"]), (&json!(2), &json!("lost")), "{lost:#}");
    assert!(env.karat(["trainings"]).ok().contains("is gone"));
    nothing_was_kept(&env);
}
