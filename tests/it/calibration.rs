//! A calibration session from the command line, from its start to its end.

use crate::harness::TestEnv;
use serde_json::json;

#[test]
fn a_session_is_started_answered_compared_and_closed() {
    let env = TestEnv::new();
    env.project("reviews", 60);
    for name in ["ben", "chi"] {
        env.karat(["--by", name, "answer", "0", "neutral"]).ok();
    }
    let start = ["calibration", "start", "monday", "--items", "10", "--people", "ana,ben,chi"];
    let told = env.karat(start.into_iter().chain(["--json"])).json();
    assert_eq!((&told["stage"], &told["items"]), (&json!("first half"), &json!([10, 10])));
    assert!(env.karat(start).fails(1).contains("is there already"));
    let half = |half: u32| {
        env.read(&format!(
            "SELECT i.id AS x FROM calibration_item c JOIN item i ON i.seq = c.item WHERE c.half = {half}"
        ))
    };
    let answer = |items: &[String], differs: usize| {
        for (n, item) in items.iter().enumerate() {
            let said = ["negative", "neutral", "positive"];
            for name in ["ana", "ben", "chi"] {
                let shift = usize::from(name == "chi" && n % differs == 0);
                env.karat(["--by", name, "answer", item, said[(n + shift) % 3]]).ok();
            }
        }
    };
    let agreement = env.karat(["--by", "ana", "agreement"]).ok();
    assert!(
        agreement.contains("items of a calibration session are kept back from you until it is compared"),
        "{agreement}"
    );
    let waits = env.karat(["calibration", "compare", "monday"]).fails(1);
    assert!(waits.contains("ana 10, ben 10, chi 10") && waits.contains("--anyway"), "{waits}");
    answer(&half(1), 2);
    let hidden = env.karat(["agreement", "--json"]).json();
    assert_eq!(hidden["answers"], json!(2), "nothing of the half is seen before it is compared");
    let compared = env.karat(["calibration", "compare", "monday", "--json"]).json();
    assert_eq!((&compared["before"]["answers"], &compared["disputed"]), (&json!(30), &json!(5)));
    assert!(env.karat(["calibration", "close", "monday"]).fails(1).contains("karat calibration after monday"));
    env.karat(["calibration", "after", "monday"]).ok();
    answer(&half(2), 10);
    env.karat(["calibration", "close", "monday"]).ok();
    let over = env.karat(["calibration", "show", "monday", "--json"]).json();
    let gain = over["difference"]["value"].as_f64().expect("a difference");
    assert!(gain > 0.0 && over["difference"]["ci95"][0].as_f64().is_some_and(|low| low < gain), "{over:#}");
    let list = env.karat(["calibration", "list"]).ok();
    assert!(list.contains("monday") && list.contains("closed") && list.contains("10 + 10"), "{list}");
    env.karat(["undo"]).ok();
    let again = env.karat(["calibration", "list", "--json"]).json();
    assert_eq!(again["sessions"][0]["after"], json!(null));
    assert_eq!(again["sessions"][0]["before"], over["before"], "what was kept stays");
    env.sound("reviews.karat");
}

#[test]
fn what_the_guidelines_do_not_settle_waits_for_the_next_revision() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    let write = |text: &str| {
        let file = env.write("guidelines.md", text);
        env.karat(["guidelines".as_ref(), "edit".as_ref(), "--from".as_ref(), file.as_os_str()])
    };
    write("Judge the camera.\n").ok();
    env.karat(["--by", "ben", "answer", "3", "neutral"]).ok();
    env.karat(["--by", "chi", "answer", "3", "--skip", "unclear-guideline", "--note", "what is plain?"]).ok();
    let todo = env.karat(["guidelines", "todo", "--json"]).json();
    assert_eq!((&todo["open"], &todo["todos"][0]["item"]), (&json!(1), &json!("3")));
    assert_eq!(todo["todos"][0]["marks"][0]["note"], json!("what is plain?"));
    assert_eq!(todo["todos"][0]["answers"], json!([{"annotator": "ben", "answer": "neutral"}]));
    assert!(env.karat(["agreement"]).ok().contains("karat guidelines todo"));
    let edited =
        env.command(["guidelines", "edit"]).env("EDITOR", "true").output().expect("an editor that does nothing");
    let told = String::from_utf8_lossy(&edited.stderr);
    assert!(told.contains("waiting for this revision: 1") && told.contains("chi: what is plain?"), "{told}");
    assert_eq!(env.karat(["guidelines", "show", "--json"]).json()["text"], json!("Judge the camera.\n"));
    let done = write("Judge the camera. Plain is neutral.\n");
    assert!(done.err.contains("waited for this revision: 1"), "{}", done.err);
    assert_eq!(env.karat(["guidelines", "todo", "--json"]).json()["open"], json!(0));
    let all = env.karat(["guidelines", "todo", "--all", "--json"]).json();
    assert_eq!((&all["todos"][0]["revision"], &all["todos"][0]["answered_by"]), (&json!(1), &json!(2)));
}
