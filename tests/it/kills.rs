//! Nothing that was shown as saved is ever missing: the process is killed outright while it writes, again and again.
//! `KARAT_KILLS=1000 cargo test --test it kills` kills as often as the promise is made for.

use crate::harness::{Terminal, TestEnv};
use karat::ids::mix;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

#[test]
fn an_answer_that_was_printed_outlives_its_process() {
    let env = TestEnv::new();
    env.project("reviews", 200);
    let answer = |n: u64| {
        let label = ["negative", "neutral", "positive"][n as usize % 3];
        env.command(["answer", &(n % 200).to_string(), label, "--json"])
    };
    let started = Instant::now();
    let (first, _) = printed_before_a_kill(&mut answer(0), Duration::MAX);
    let usual = started.elapsed();
    let mut shown: BTreeSet<String> = first.into_iter().collect();
    let (mut killed, mut under_way) = (0, 0);
    for n in 1..=kills() {
        let moment = usual.mul_f64((mix(7, n) % 1500) as f64 / 1000.0);
        let (id, was_killed) = printed_before_a_kill(&mut answer(n), moment);
        killed += u64::from(was_killed);
        under_way += u64::from(was_killed && id.is_none());
        shown.extend(id);
    }
    let kept = BTreeSet::from_iter(env.read("SELECT answer_id AS x FROM v_answers WHERE live"));
    let lost: Vec<_> = shown.difference(&kept).collect();
    assert!(lost.is_empty(), "shown as saved and gone: {lost:?}");
    println!(
        "{} kills: {killed} met a process, {under_way} of them between the request and its confirmation; {} of those \
         answers were on disk all the same",
        kills(),
        kept.difference(&shown).count()
    );
    assert!(kills() < MANY || under_way > 0, "no kill met an answer that was under way");
    assert!(killed > 0 && !shown.is_empty(), "{killed} killed, {} shown: nothing was put to the test", shown.len());
    env.sound("reviews.karat");
}

#[test]
fn an_answer_that_the_screen_called_saved_outlives_its_process() {
    let env = TestEnv::new();
    env.configure("[label]\nmin_look_ms = 0\n");
    env.project("reviews", kills() as usize * 4 + 40);
    let (mut frames, mut under_way, mut on_disk) = (0, 0, 0);
    let mut kept = 0;
    for n in 1..=kills() {
        let asked = kept + mix(3, n) % 4 + 1;
        let mut terminal = Terminal::sit(&env, "ana");
        let before = (mix(3, n) % 4) as usize;
        for key in &["1", "2", "3"][..before] {
            terminal.answer(key);
        }
        // The last key is on its way to the disk when the kill comes: somewhere between the press and the receipt.
        let pressed = Instant::now();
        let moment = Duration::from_micros(mix(11, n) % 20_000);
        terminal.keys(["1", "2", "3"][before % 3]);
        while pressed.elapsed() < moment {
            std::hint::spin_loop();
        }
        terminal.kill();
        kept = env.read("SELECT answer_id AS x FROM v_answers WHERE live AND current").len() as u64;
        if let Some(shown) = terminal.answered() {
            assert!(kept >= shown, "kill {n}: {shown} were shown as saved, {kept} are there");
            frames += 1;
            under_way += u64::from(shown < asked);
            on_disk += u64::from(shown < asked && kept == asked);
        }
    }
    println!(
        "{} kills: {under_way} between a key and its receipt; {on_disk} of those answers were on disk all the same",
        kills()
    );
    assert!(kills() < MANY || under_way > 0, "no kill met an answer that was under way");
    assert!(frames > kills() / 2, "only {frames} kills came after a frame with a count");
    env.sound("reviews.karat");
}

#[test]
fn an_import_that_is_killed_brings_in_all_or_nothing() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let rows: String = (0..3000).map(|n| format!("more-{n},Text number {n} that came later.\n")).collect();
    env.write("more.csv", format!("id,text\n{rows}"));
    let import = || env.command(["import", "more.csv", "--as", "items", "--json"]);
    let items = || env.karat(["status", "--json"]).json()["items"].as_u64();
    let (mut moment, mut killed) = (Duration::from_millis(1), 0);
    // Each kill comes later than the one before, until the import is done before it.
    while printed_before_a_kill(&mut import(), moment).1 {
        assert!(matches!(items(), Some(30 | 3030)), "{:?} items after a kill at {moment:?}", items());
        (moment, killed) = (moment.mul_f64(1.3), killed + 1);
    }
    println!("{killed} kills met an import that was under way");
    assert_eq!(items(), Some(3030));
    env.sound("reviews.karat");
}

#[test]
fn a_training_that_is_killed_leaves_a_whole_run_or_nothing() {
    let env = TestEnv::new();
    env.project("reviews", 200);
    for n in 0..60 {
        env.karat(["answer", &n.to_string(), ["negative", "neutral", "positive"][n % 3]]).ok();
    }
    let train = || env.command(["train", "--json"]);
    let runs = || env.karat(["runs", "--json"]).json()["runs"].as_array().map_or(0, Vec::len);
    let started = Instant::now();
    printed_before_a_kill(&mut train(), Duration::MAX);
    let usual = started.elapsed();
    let (mut killed, mut under_way) = (0, 0);
    // A training may take far less than the first did, which others may have slowed down: then more kills are tried.
    for n in 0..kills().max(60) {
        if n >= kills().div_ceil(4) && under_way > 0 {
            break;
        }
        let before = runs();
        let moment = usual.mul_f64((mix(13, n) % 1200) as f64 / 1000.0);
        let was_killed = printed_before_a_kill(&mut train(), moment).1;
        let now = runs();
        killed += u64::from(was_killed);
        under_way += u64::from(was_killed && now == before);
        assert!(now == before || now == before + 1, "{before} runs before kill {n}, {now} after");
        let whole = "SELECT count(*) AS x FROM run r WHERE (SELECT count(*) FROM run_artifact a WHERE a.run = r.id) = 5
                     AND EXISTS (SELECT 1 FROM run_prediction p WHERE p.run = r.id)
                     AND r.snapshot IN (SELECT id FROM snapshot)";
        assert_eq!(env.read(whole), [now.to_string()], "a run that is not whole after kill {n}");
        let orphans = "SELECT count(*) AS x FROM run_artifact WHERE run NOT IN (SELECT id FROM run)
                       UNION ALL SELECT count(*) FROM run_prediction WHERE run NOT IN (SELECT id FROM run)
                       UNION ALL SELECT count(*) FROM snapshot WHERE id NOT IN (SELECT snapshot FROM run)";
        assert_eq!(env.read(orphans), ["0", "0", "0"], "orphans after kill {n}");
        let trainings = env.karat(["trainings", "--json"]).json();
        let states: Vec<&str> =
            trainings["trainings"].as_array().into_iter().flatten().filter_map(|t| t["state"].as_str()).collect();
        assert!(states.iter().all(|state| ["lost", "finished"].contains(state)), "{states:?} after kill {n}");
        env.sound("reviews.karat");
    }
    println!("{killed} kills met a training, {under_way} of them before its run was kept");
    assert!(under_way > 0, "no kill met a training that was under way");
}

/// Starts the process and kills it at this moment of its life; gives the `id` that it printed, if it came to print its
/// document, and whether the kill found it alive.
fn printed_before_a_kill(command: &mut Command, moment: Duration) -> (Option<String>, bool) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a karat that starts");
    let mut out = child.stdout.take().expect("a pipe");
    let (ended, end) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let read = out.read_to_string(&mut text);
        // The receiver is gone where the kill came first.
        let _ = ended.send(());
        read.map(|_| text)
    });
    let alive = end.recv_timeout(moment).is_err();
    child.kill().expect("a process to kill");
    child.wait().expect("a process to reap");
    let text = reader.join().expect("a reader that ends").expect("UTF-8 on stdout");
    let document: Option<Json> = serde_json::from_str(&text).ok();
    (document.and_then(|d| d["id"].as_str().map(str::to_owned)), alive)
}

/// So many kills must meet at least one answer on its way.
const MANY: u64 = 100;

fn kills() -> u64 {
    std::env::var("KARAT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
}
