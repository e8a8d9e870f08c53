//! What goes out comes in again as the same, in every format.

use super::in_out::{bring, place, project, write_out};
use crate::harness::TestEnv;
use karat::domain::Kind;
use karat::exchange::Format;
use karat::jobs::Control;
use karat::project::Project;
use karat::workflow::export::What as Out;
use karat::workflow::import::{self, What as In};
use karat::workflow::init::{self, Options};
use proptest::prelude::*;
use std::path::PathBuf;

/// What a project holds, as the exports of a format tell it.
fn content(project: &Project, env: &TestEnv, format: Format) -> Vec<(PathBuf, Vec<u8>)> {
    [Out::Items, Out::Answers, Out::Rulings]
        .into_iter()
        .map(|what| {
            let to = env.path(&format!("{what}-{}.{format}", project.path().file_stem().unwrap().to_string_lossy()));
            write_out(project, what, &to, None).unwrap();
            let bytes = std::fs::read(&to).unwrap();
            (to, bytes)
        })
        .collect()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("007".to_owned()),
        Just("true, \"quoted\"\r\nand more".to_owned()),
        Just("\u{1b}[31m bell \u{7}".to_owned()),
        Just("手机 🙂 e\u{301}".to_owned()),
        "[^\0]{1,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_out_comes_in_again_as_the_same(
        items in prop::collection::vec((any_text(), any::<Option<i32>>(), prop::option::of(any_text()), 0..4_u8), 1..8),
        format in prop::sample::select(Format::ALL),
    ) {
        let env = TestEnv::new();
        let rows: Vec<String> = items
            .iter()
            .enumerate()
            .map(|(id, (text, n, note, said))| {
                let label = ["a", "b", "c d", ""][usize::from(*said)];
                serde_json::json!({"id": format!("00{id}"), "text": format!("x {text}"), "n": n, "note": note, "lab": label}).to_string()
            })
            .collect();
        let options = Options {
            text: Some("text".into()),
            id: Some("id".into()),
            labelled: Some("lab".into()),
            labels: vec!["a".into(), "b".into(), "c d".into()],
            kind: Some(Kind::Choice),
            evaluation: Some(0.0),
            ..Options::default()
        };
        let mut first = project(&env, "one.jsonl", rows.join("\n"), &options);
        let said: Vec<String> = items
            .iter()
            .enumerate()
            .flat_map(|(id, (.., said))| ["a", "b", "c d"].get(usize::from(*said)).map(|l| format!("00{id},ben,{l},2024-01-01T00:00:0{id}Z")))
            .collect();
        if !said.is_empty() {
            let data = env.write("said.csv", format!("id,annotator,answer,at\n{}\n", said.join("\n")));
            bring(&mut first, &data, In::Answers, &import::Options::default()).unwrap();
        }
        let before = content(&first, &env, format);

        let known = Options { labelled: None, gold: Some("-".into()), ..options };
        let data = before[0].0.clone();
        init::init(&data, &env.path("two.karat"), &known, place(), "ana", None, &Control::default()).unwrap();
        let mut second = Project::open(&env.path("two.karat"), place()).unwrap();
        for (n, what, column) in [(1, In::Answers, "answer"), (2, In::Labels, "value")] {
            let named = import::Options { item: Some("item".into()), answer: Some(column.into()), ..import::Options::default() };
            if !said.is_empty() {
                bring(&mut second, &before[n].0, what, &named).unwrap();
            }
        }
        let after = content(&second, &env, Format::Jsonl);
        prop_assert_eq!(told(&content(&first, &env, Format::Jsonl)), told(&after));
        let again = bring(&mut first, &before[0].0, In::Items, &import::Options { source: Some("one".into()), ..import::Options::default() }).unwrap();
        prop_assert_eq!((again.added, again.updated), (0, 0), "the first project knows its own export");
    }
}

/// The exports without when they were recorded.
fn told(content: &[(PathBuf, Vec<u8>)]) -> Vec<serde_json::Value> {
    content
        .iter()
        .flat_map(|(_, bytes)| bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()))
        .map(|line| {
            let mut row: serde_json::Value = serde_json::from_slice(line).unwrap();
            if let Some(row) = row.as_object_mut() {
                row.remove("recorded_at");
            }
            row
        })
        .collect()
}
