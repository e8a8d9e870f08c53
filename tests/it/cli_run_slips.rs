//! Slips about runs that are said where they happen: two of one name, rows that taught and judge now, a champion that is
//! gone, costs that cannot be meant.

use crate::cli_runs::project;
use crate::harness::TestEnv;
use serde_json::json;

fn train(env: &TestEnv, file: &str, more: &[&str]) -> String {
    let args = ["-p", file, "train", "--model", "majority", "--json"];
    env.karat(args.iter().chain(more)).json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn runs_of_one_number_and_name_are_told_apart_by_their_ids() {
    let env = project();
    let file = env.karat(["status", "--json"]).json()["project"].to_string();
    assert!(file.contains("data"), "{file}");
    env.karat(["copy", "theirs.karat"]).ok();
    let ours = train(&env, "data.karat", &[]);
    let theirs = train(&env, "theirs.karat", &["--seed", "3"]);
    env.karat(["-p", "data.karat", "merge", "theirs.karat"]).ok();
    let told = env.karat(["-p", "data.karat", "runs", "promote", "1"]).fails(2);
    let beginning = |id: &str| {
        let found = told.split_whitespace().find(|word| word.len() >= 8 && id.starts_with(word));
        found.unwrap_or_else(|| panic!("{id}: {told}")).to_owned()
    };
    assert!(told.contains("2 runs are called \"1\"") && told.contains(" by "), "{told}");
    for id in [&ours, &theirs] {
        for name in [id.clone(), beginning(id), beginning(id).to_uppercase()] {
            assert_eq!(&env.karat(["-p", "data.karat", "runs", "show", &name, "--json"]).json()["id"], id);
        }
    }
    env.karat(["-p", "data.karat", "runs", "promote", &beginning(&theirs)]).ok();
    assert_eq!(env.karat(["-p", "data.karat", "runs", "show", "champion", "--json"]).json()["id"], theirs.as_str());
    assert!(
        env.karat(["-p", "data.karat", "runs", "show", "majoritty"]).fails(2).contains("did you mean \"majority\"")
    );
    assert!(env.karat(["-p", "data.karat", "train", "--name", "two\nlines"]).fails(2).contains("one line"));
}

#[test]
fn what_a_split_and_an_erasure_take_from_runs_is_said() {
    let env = project();
    let run = env.karat(["train", "--features", "text", "--json"]).json();
    let taught = run["rows"]["train"].as_u64().unwrap();
    let tried = env.karat(["--seed", "9", "split", "--test", "0.5", "--dry-run", "--json"]).json();
    let moved = tried["learned_from"].as_u64().unwrap();
    assert!(0 < moved && moved < taught, "{tried}");
    let told = env.karat(["--seed", "9", "split", "--test", "0.5"]).ok();
    assert!(told.contains(&format!("{moved} rows that runs learned from judge from now on")), "{told}");
    let again = env.karat(["--seed", "9", "split", "--test", "0.5", "--json"]).json();
    assert_eq!(again["learned_from"], 0, "they judged already");
    assert_eq!(env.karat(["runs", "reproduce", "--json"]).json()["erased"], 0);
    env.karat(["erase", "3", "--yes"]).ok();
    let again = env.karat(["runs", "reproduce"]);
    assert!(again.out.contains("1 of the 200 items of its snapshot was erased since"), "{}", again.out);
}

#[test]
fn a_champion_that_is_gone_is_missed() {
    let env = project();
    env.write("theirs.csv", "item,label\n1,good\n");
    let done = env.karat(["import", "theirs.csv", "--as", "predictions", "--json"]).json();
    assert!(env.karat(["runs", "show"]).ok().contains("1 prediction from"));
    env.karat(["runs", "promote", "1"]).ok();
    assert!(env.karat(["undo"]).ok().contains("run 1 (theirs) was the champion: none is now"));
    env.karat(["redo"]).ok();
    assert!(env.karat(["runs", "retire", "1"]).ok().contains("run 1 (theirs) was the champion: none is now"));
    env.karat(["undo"]).ok();
    let undone = env.karat(["import", "--undo", done["batch"].as_str().unwrap(), "--json"]).json();
    assert_eq!(undone["fallen"], json!(["run 1 (theirs) was the champion: none is now"]));
}

#[test]
fn what_cannot_be_meant_is_refused_in_words() {
    let env = project();
    let costs = |pair: &str| env.karat(["question", "costs", pair]).fails(2);
    assert!(costs("good->good=3").contains("being right costs nothing"));
    assert!(costs("good->bad=1e308").contains("from 0 to 1000000000"));
    env.karat(["question", "costs", "good->good=0"]).ok();
    assert!(env.karat(["import", "/dev/null", "--as", "gold"]).fails(1).contains("/dev/null is empty"));
    assert!(env.karat(["import", "-", "--as", "gold"]).fails(1).contains("standard input is empty"));
    let one = TestEnv::new();
    one.write("one.csv", "id,text,label\n1,a,x\n2,b,x\n");
    one.karat(["init", "one.csv", "--labelled", "label", "--eval", "0"]).ok();
    assert!(one.karat(["train"]).fails(1).contains("settled values of 1 label are"));
    let table = one.karat(["trainings"]).ok();
    assert!(table.contains("\ntraining 1: answer or settle items of another label"), "{table}");
    let bare = TestEnv::new();
    bare.write("bare.csv", "id,text\n1,a\n2,b\n");
    bare.karat(["init", "bare.csv", "--labels", "x,y", "--eval", "0"]).ok();
    assert!(bare.karat(["train", "--detach"]).fails(1).contains("no item of the train split"));
    assert!(bare.karat(["trainings"]).ok().contains("no training is under way"));
}
