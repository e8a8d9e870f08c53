//! The care of the file, by script: what is damaged, what may only be read, and what is interrupted.

use crate::harness::{Run, TestEnv};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use serde_json::{Value as Json, json};
use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};

#[test]
fn doctor_names_what_is_damaged_in_one_document_and_leaves_with_3() {
    let env = TestEnv::new();
    let whole = fs::read(env.project("reviews", 300)).expect("a project");
    let wrong_header = [&b"SQLite formed 3"[..], &whole[15..]].concat();
    let mut one_page = whole.clone();
    one_page[4096 * 5..4096 * 6].fill(0xAA);
    for (what, bytes) in [
        ("header", wrong_header),
        ("page", one_page),
        ("truncated", whole[..whole.len() / 2].to_vec()),
        ("first page", whole[..4096].to_vec()),
        ("empty", Vec::new()),
        ("text", b"id,text\n1,a\n".to_vec()),
    ] {
        env.write("reviews.karat", &bytes);
        for command in [&["doctor", "--json"][..], &["doctor", "--rebuild", "--json"]] {
            let run = env.karat(command);
            assert_eq!(run.code, Some(3), "{what}: {run:?}");
            let document: Json = serde_json::from_str(&run.out).expect("one document");
            assert_eq!(document["ok"], json!(false), "{what}");
            let failed = document["checks"].as_array().expect("checks").iter().find(|check| check["ok"] == false);
            assert!(failed.is_some_and(|check| check["detail"] != ""), "{what}: {document:#}");
        }
    }
    fs::remove_file(env.path("reviews.karat")).expect("removed");
    assert!(env.karat(["doctor", "-p", "reviews.karat", "--json"]).fails(1).contains("does not exist"));
}

#[test]
#[allow(clippy::print_stderr, reason = "says why it was skipped")]
fn what_may_only_be_read_is_read_and_refuses_to_be_written() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "positive"]).ok();
    let copies = tempfile::tempdir().expect("a folder");
    let mode = |path: &std::path::Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
    mode(copies.path(), 0o777);
    mode(env.dir().parent().expect("a folder"), 0o755);
    let karat = |args: &[&str]| -> Option<Run> {
        let mut command = env.command(args);
        if geteuid().is_root() {
            // Root may write whatever the modes say: somebody else tries.
            command.uid(65534).gid(65534);
        }
        command.output().ok().map(Run::from)
    };
    if karat(&["--version"]).is_none() {
        eprintln!("skipped: nobody else can run the binary");
        return;
    }
    let before: Vec<_> = fs::read_dir(env.dir()).expect("a folder").filter_map(Result::ok).map(|e| e.path()).collect();
    for (of_file, of_folder) in [(0o444, 0o777), (0o644, 0o555), (0o444, 0o555)] {
        let of_file = if geteuid().is_root() { of_file | 0o444 } else { of_file };
        mode(&env.path("reviews.karat"), of_file);
        mode(&env.dir(), of_folder);
        let run = |args: &[&str]| karat(args).expect("a karat that starts");
        for reading in [
            &["status", "--json"][..],
            &["log", "--json"],
            &["doctor", "--json"],
            &["label", "--json"],
            &["queue", "--json"],
            &["people", "--json"],
            &["export", "-", "--what", "answers"],
        ] {
            let read = run(reading);
            assert!(read.err.contains("nothing is saved"), "{reading:?}: {read:?}");
            match (reading[0], of_file) {
                // Others than its owner can read what its owner can write: that is told.
                ("doctor", 0o644) => assert_eq!(read.code, Some(3)),
                _ => drop(read.ok()),
            }
        }
        let copy = copies.path().join(format!("{of_file:o}-{of_folder:o}.karat"));
        run(&["copy", &copy.to_string_lossy()]).ok();
        for writing in [
            &["answer", "4", "negative"][..],
            &["undo"],
            &["settings", "set", "batch", "5"],
            &["doctor", "--rebuild"],
            &["merge", &copy.to_string_lossy()],
        ] {
            assert!(run(writing).fails(1).contains("karat copy DEST"), "{writing:?}");
        }
    }
    mode(&env.dir(), 0o777);
    let after: Vec<_> = fs::read_dir(env.dir()).expect("a folder").filter_map(Result::ok).map(|e| e.path()).collect();
    assert_eq!(before.len(), after.len(), "something was made beside it: {after:?}");
    mode(&env.path("reviews.karat"), 0o600);
    env.sound("reviews.karat");
}

#[test]
fn an_import_that_is_stopped_while_it_waits_changes_nothing_and_says_so() {
    let env = TestEnv::new();
    let path = env.project("reviews", 30);
    env.write("more.csv", "id,text\nx,More of it.\n");
    let other = rusqlite::Connection::open(path).expect("a file that opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = start(&env, &["import", "more.csv", "--as", "items"]);
        let mut said = [0; 7];
        child.stderr.as_mut().expect("a pipe").read_exact(&mut said).expect("word of the wait");
        kill_process(Pid::from_child(&child), signal).expect("a signal");
        let told = end(child).fails(130);
        assert!(told.contains("nothing was changed"), "{told}");
    }
    other.execute_batch("ROLLBACK").expect("the lock given back");
    assert_eq!(env.karat(["status", "--json"]).json()["items"], 30);
    env.karat(["import", "more.csv", "--as", "items"]).ok();
    env.sound("reviews.karat");
}

#[test]
fn an_init_that_is_stopped_or_killed_leaves_nothing_for_long() {
    let env = TestEnv::new();
    let rows: String = (0..60_000).map(|n| format!("{n},Text number {n} of many.\n")).collect();
    let data = env.write("many.csv", format!("id,text\n{rows}"));
    let left = || -> Vec<String> {
        let entries = fs::read_dir(env.dir()).expect("a folder").filter_map(Result::ok);
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|name| name != "many.csv").collect()
    };
    let begun = || {
        let mut child = start(&env, &["init", "many.csv"]);
        while left().is_empty() && child.try_wait().expect("a state").is_none() {
            std::thread::yield_now();
        }
        child
    };
    let stopped = begun();
    kill_process(Pid::from_child(&stopped), Signal::INT).expect("a signal");
    let told = end(stopped).fails(130);
    assert!(told.contains("nothing was changed"), "{told}");
    assert_eq!(left(), Vec::<String>::new());

    let mut killed = begun();
    killed.kill().expect("a kill");
    killed.wait().expect("an end");
    assert!(left().iter().all(|name| name.starts_with(".many.karat.")) && !left().is_empty(), "{:?}", left());
    fs::write(data, "id,text\n1,One.\n2,Two.\n").expect("written");
    env.karat(["init", "many.csv"]).ok();
    assert_eq!(left(), ["many.karat"]);
}

fn start(env: &TestEnv, args: &[&str]) -> Child {
    env.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a karat that starts")
}

fn end(child: Child) -> Run {
    child.wait_with_output().expect("an end").into()
}
