//! A team at one project: who may do what, leaving and returning, and the inbox.

use crate::harness::TestEnv;
use serde_json::{Value as Json, json};

fn settled(env: &TestEnv, item: &str) -> Option<String> {
    let out = env.karat(["export", "-", "--what", "training", "--format", "jsonl"]).ok();
    let rows: Vec<Json> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    rows.iter().find(|row| row["id"] == item).map(|row| row["label"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn roles_decide_which_commands_are_enabled() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["people", "add", "ben"]).ok();
    env.karat(["people", "add", "chi", "--role", "reviewer"]).ok();
    env.karat(["--by", "ben", "answer", "3", "positive"]).ok();
    env.karat(["--by", "ben", "people", "goal", "20"]).ok();
    env.karat(["--by", "ben", "undo"]).ok();
    let refused = env.karat(["--by", "ben", "settle", "3", "positive"]).fails(1);
    assert!(
        refused.contains("ben is annotator here and may not settle items; reviewers and leads may")
            && refused.contains("karat people role ben reviewer"),
        "{refused}"
    );
    env.karat(["--by", "chi", "settle", "3", "positive"]).ok();
    env.karat(["--by", "chi", "review", "--where", "id = '4'"]).ok();
    for only_leads in [
        &["settle", "--method", "majority"][..],
        &["import", "reviews.csv", "--as", "items"],
        &["settings", "set", "batch", "5"],
        &["lanes", "--set", "learn=100,random=0,overlap=0"],
        &["label", "add", "mixed"],
        &["question", "add", "topic", "--labels", "a,b"],
        &["guidelines", "edit", "--from", "reviews.csv"],
        &["field", "set", "price", "--show", "false"],
        &["people", "add", "dee"],
        &["people", "role", "chi", "lead"],
        &["people", "retire", "ben", "--reason", "x"],
        &["merge", "reviews.karat"],
        &["erase", "3", "--yes"],
    ] {
        let run = env.karat(["--by", "chi"].iter().chain(only_leads));
        assert!(run.err.contains("chi is reviewer here") || run.code == Some(2), "{only_leads:?}: {run:?}");
        assert!(run.err.contains("leads may"), "{only_leads:?}: {run:?}");
    }
    let last = env.karat(["people", "retire", "ana", "--reason", "tired"]).fails(1);
    assert!(last.contains("ana is the only lead here and cannot be retired"), "{last}");
    assert!(env.karat(["people", "role", "ana", "annotator"]).fails(1).contains("only lead"));
}

#[test]
fn where_no_lead_is_left_anybody_may_take_the_role() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["--by", "ben", "answer", "3", "positive"]).ok();
    assert!(env.karat(["--by", "ben", "people", "role", "ben", "lead"]).fails(1).contains("may not change people"));
    env.karat(["erase", "--person", "ana", "--yes"]).ok();
    let refused = env.karat(["--by", "ben", "label", "add", "mixed"]).fails(1);
    assert!(refused.contains("no lead is left here") && refused.contains("karat people role ben lead"), "{refused}");
    env.karat(["--by", "ben", "people", "role", "ben", "lead"]).ok();
    env.karat(["--by", "ben", "label", "add", "mixed"]).ok();
}

#[test]
fn whoever_leaves_is_asked_nothing_more_and_their_answers_are_kept_or_excluded() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "positive"]).ok();
    env.karat(["--by", "ben", "answer", "3", "negative"]).ok();
    env.karat(["--by", "ben", "answer", "4", "negative"]).ok();
    let tried = env
        .karat(["people", "retire", "ben", "--reason", "careless", "--exclude-answers", "--dry-run", "--json"])
        .json();
    assert_eq!((&tried["answers"], &tried["state"], &tried["dry_run"]), (&json!(2), &json!("excluded"), &json!(true)));
    assert_eq!((settled(&env, "3"), settled(&env, "4").as_deref()), (None, Some("negative")));
    env.karat(["people", "retire", "ben", "--reason", "careless", "--exclude-answers"]).ok();
    assert_eq!((settled(&env, "3").as_deref(), settled(&env, "4")), (Some("positive"), None));
    let refused = env.karat(["--by", "ben", "answer", "5", "negative"]).fails(1);
    assert!(
        refused.contains("ben has left this project; ana recorded it on") && refused.contains(": careless"),
        "{refused}"
    );
    assert!(env.karat(["--by", "ben", "undo"]).fails(1).contains("has left"));
    let people = env.karat(["people", "--json"]).json();
    assert_eq!(people["people"][1]["left"]["reason"], "careless");
    assert!(env.karat(["log"]).ok().contains("ben has left and counts no more: careless"));

    let answers =
        |args: &[&str]| env.karat(["export", "-", "--what", "answers"].iter().chain(args)).ok().lines().count();
    assert_eq!((answers(&[]), answers(&["--with-excluded"])), (2, 4));
    assert!(env.karat(["export", "-", "--with-excluded"]).fails(2).contains("--what answers"));

    env.karat(["undo"]).ok();
    assert_eq!(settled(&env, "4").as_deref(), Some("negative"));
    env.karat(["redo"]).ok();
    env.karat(["people", "return", "ben"]).ok();
    env.karat(["--by", "ben", "answer", "5", "negative"]).ok();
    assert_eq!((settled(&env, "3"), settled(&env, "4").as_deref()), (None, Some("negative")));
    assert!(env.karat(["people", "return", "ben"]).fails(1).contains("never left"));
}

#[test]
fn notes_are_replied_to_and_the_inbox_tells() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["--by", "ben", "answer", "3", "neutral", "--note", "sarcasm?"]).ok();
    let waiting = env.karat(["inbox", "--json"]).json();
    assert_eq!((&waiting["unread"], &waiting["entries"][0]["text"]), (&json!(1), &json!("sarcasm?")));
    assert!(env.karat(["--by", "ben", "reply", "3", "no"]).fails(1).contains("may not reply"));
    assert!(env.karat(["reply", "4", "no"]).fails(1).contains("nobody wrote a note"));
    env.karat(["reply", "3", "yes, it is: see v2"]).ok();
    assert!(env.karat(["inbox"]).ok().contains("nothing new"));
    env.karat(["settle", "3", "negative", "--note", "sarcasm is negative"]).ok();
    let told = env.karat(["--by", "ben", "inbox"]).ok();
    assert!(
        told.contains("yes, it is: see v2") && told.contains("you said neutral, ruled negative: sarcasm is negative"),
        "{told}"
    );
    let inbox = env.karat(["--by", "ben", "inbox", "--json"]).json();
    assert_eq!(
        (&inbox["unread"], &inbox["entries"][0]["kind"], &inbox["entries"][0]["by"]),
        (&json!(2), &json!("ruling"), &json!("ana"))
    );
    let id = inbox["entries"][0]["id"].as_str().expect("an id").to_owned();
    env.karat(["--by", "ben", "inbox", "--read", &id[24..]]).ok();
    assert_eq!(env.karat(["--by", "ben", "inbox", "--json"]).json()["unread"], 1);
    env.karat(["--by", "ben", "inbox", "--read-all"]).ok();
    assert_eq!(env.karat(["--by", "ben", "inbox", "--json", "--all"]).json()["entries"][1]["read"], true);
    assert!(env.karat(["--by", "ben", "inbox", "--read", "zz"]).fails(2).contains("no entry"));
    assert!(env.karat(["log", "--json"]).ok().contains("reply about "));
}

#[test]
fn an_export_is_not_written_over_unless_that_is_said() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["export", "out.csv"]).ok();
    let before = std::fs::read_to_string(env.path("out.csv")).expect("written");
    let refused = env.karat(["export", "out.csv", "--what", "answers"]).fails(1);
    assert!(refused.contains("out.csv is there already") && refused.contains("--force"), "{refused}");
    assert_eq!(std::fs::read_to_string(env.path("out.csv")).expect("there"), before);
    env.karat(["export", "out.csv", "--what", "answers", "--force"]).ok();
    assert_ne!(std::fs::read_to_string(env.path("out.csv")).expect("there"), before);
}

#[test]
fn undo_says_what_it_would_take_back_and_what_newer_stays() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["answer", "3", "positive"]).ok();
    env.karat(["people", "add", "ben"]).ok();
    let tried = env.karat(["undo", "--dry-run"]).ok();
    assert!(
        tried.contains("would take back: positive to 3 (not your newest act: one newer stays)")
            && tried.contains("stays: person "),
        "{tried}"
    );
    assert!(env.karat(["undo"]).ok().starts_with("took back: positive to 3"));
}

#[test]
fn the_board_says_why_a_cell_is_hidden() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    env.karat(["--by", "ben", "answer", "3", "positive"]).ok();
    let board = env.karat(["--by", "ben", "people", "board"]).ok();
    assert!(board.contains("hidden: how well somebody does is shown to them and the leads"), "{board}");
    assert!(!env.karat(["people", "board"]).ok().contains("hidden"));
    let agreement = env.karat(["--by", "chi", "agreement"]).ok();
    assert!(agreement.contains("1 answers of 1 people"), "who is hidden is counted: {agreement}");
}

#[test]
fn the_board_says_all_that_its_json_holds_and_what_it_means() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    for item in 1..=12 {
        let id = item.to_string();
        env.karat(["--by", "ana", "answer", &id, "positive"]).ok();
        env.karat(["--by", "ben", "answer", &id, if item < 4 { "negative" } else { "positive" }]).ok();
    }
    env.karat(["--by", "ben", "answer", "13", "--skip", "unclear-guideline"]).ok();
    let board = env.karat(["people", "board"]).ok();
    for said in ["an hour", "1 (8 %)", "ben: skips for unclear-guideline 1", "negative +25", "12 (0.75)", "in brackets"]
    {
        assert!(board.contains(said), "{said}: {board}");
    }
    assert!(board.lines().all(|line| line.chars().count() <= 80), "{board}");
}

#[test]
fn whoever_excludes_answers_hears_what_a_method_settled_with_them() {
    let env = TestEnv::new();
    env.project("reviews", 30);
    for (who, item, label) in [("ana", "3", "positive"), ("ben", "3", "negative"), ("chi", "3", "positive")] {
        env.karat(["--by", who, "answer", item, label]).ok();
    }
    env.karat(["settle", "--method", "majority", "--min-confidence", "0.5"]).ok();
    let retire = ["people", "retire", "ben", "--reason", "careless", "--dry-run"];
    let with = |more: &[&'static str]| env.karat(retire.iter().chain(more));
    assert_eq!(with(&["--json"]).json()["aggregated"], json!(0), "what counts on stands");
    assert_eq!(with(&["--exclude-answers", "--json"]).json()["aggregated"], json!(1));
    let told = with(&["--exclude-answers"]).ok();
    assert!(told.contains("ben would leave; their 1 answer would count nowhere any more"), "{told}");
    assert!(told.contains("1 item they answered stays settled by a method that counted them"), "{told}");
}
