//! What goes out comes in again as the same, in every format.

use super::in_out::{bring, place, project, write_out};
use crate::harness::TestEnv;
use karat::domain::{
    ActKind, FieldType, FieldValue, How, Kind, LabelId, Origin, Question, RulingOrigin, Said, Side, SkipReason, Span,
    Value,
};
use karat::exchange::{self, Destination, Format};
use karat::jobs::Control;
use karat::project::{NewAnswer, NewRuling, Project};
use karat::workflow::export::What as Out;
use karat::workflow::import::{self, What as In};
use karat::workflow::init::{self, Options};
use karat::workflow::values::written;
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

/// The labels of questions of every kind; their names are hard to tell apart in a list.
const LABELS: [&str; 4] = ["a", "b, c", "[d]", "e;f"];

/// What can be said to a question, chosen by a number: empty answers are among it.
fn any_value(question: &Question, choice: u8, text: &str) -> Value {
    let label = |n: u8| -> LabelId { question.labels[usize::from(n) % question.labels.len()].id };
    let some = || (0..4).filter(|bit| choice >> bit & 1 == 1);
    match question.kind {
        Kind::Choice => Value::Choice(label(choice)),
        Kind::Choices => {
            let mut labels: Vec<LabelId> = some().map(label).collect();
            labels.sort_unstable();
            Value::Choices(labels)
        }
        Kind::Spans => {
            let mut spans: Vec<Span> =
                some().map(|n| Span { start: u32::from(n) % 2, end: 3, label: label(n) }).collect();
            spans.sort_unstable();
            Value::Spans(spans)
        }
        Kind::Rating => Value::Rating(i64::from(choice % 5) + 1),
        Kind::Text if choice < 4 => Value::Text("\\\\\"\"".get(usize::from(choice)..).unwrap_or_default().to_owned()),
        Kind::Text if choice < 8 => Value::Text(String::new()),
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Preference => Value::Preference(Side::ALL[usize::from(choice) % 3]),
    }
}

/// Nobody, a skip with or without reason, or a value.
fn any_said(question: &Question, (how, choice, text): &(u8, u8, String)) -> Option<Said> {
    match how {
        0 => None,
        1 => Some(Said::Skipped(None)),
        2 => Some(Said::Skipped(Some(SkipReason::NoLabelFits))),
        _ => Some(Said::Value(any_value(question, *choice, text))),
    }
}

type Spoken = (u8, u8, String);

fn spoken() -> impl Strategy<Value = Spoken> {
    (0..8_u8, 0..16_u8, any_text())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_kind_of_answer_comes_in_again_as_the_same(
        kind in prop::sample::select(Kind::ALL),
        format in prop::sample::select(Format::ALL),
        items in prop::collection::vec((any_text(), spoken(), spoken(), spoken(), prop::option::of("[a-z]{1,4}")), 1..6),
    ) {
        let env = TestEnv::new();
        let rows: Vec<String> = items
            .iter()
            .enumerate()
            .map(|(id, (text, ..))| serde_json::json!({"id": format!("0{id}"), "text": format!("x {text}")}).to_string())
            .collect();
        let options = Options {
            text: Some("text".into()),
            id: Some("id".into()),
            kind: Some(kind),
            evaluation: Some(0.0),
            ..Options::default()
        };
        let mut first = project(&env, "one.jsonl", rows.join("\n"), &options);
        let by = first.join("ana").unwrap();
        let mut question = first.question(None).unwrap();
        if kind.has_labels() {
            first.write(by, ActKind::Label, |w| LABELS.iter().try_for_each(|l| w.add_label(question.id, l, None).map(drop))).unwrap();
            question = first.question(None).unwrap();
        }
        let people = [("ben", first.join("ben").unwrap()), ("chi", first.join("chi").unwrap())];
        let mut wide: Vec<Vec<FieldValue>> = Vec::new();
        let mut rulings = 0;
        first.write(by, ActKind::Import, |w| {
            for (place, (_, ben, chi, ruling, note)) in items.iter().enumerate() {
                let mut row = vec![FieldValue::Text(format!("0{place}"))];
                let item = place as u32 + 1;
                for ((_, person), spoken) in people.iter().zip([ben, chi]) {
                    let said = any_said(&question, spoken);
                    row.push(match &said {
                        Some(Said::Value(value)) => written(&question, value, format),
                        _ => FieldValue::Null,
                    });
                    let Some(said) = said else { continue };
                    let how = How { imported_at: Some(1_700_000_000_000), ..How::picked(Origin::Import) };
                    let (flag, note) = (spoken.1 % 2 == 0, note.clone());
                    let (question, text_hash, source) = (question.id, None, Some("said".to_owned()));
                    w.add_answer(&NewAnswer { person: *person, question, item, text_hash, said, flag, note, how, source })?;
                }
                if let Some(Said::Value(value)) = any_said(&question, ruling) {
                    let origin = RulingOrigin::Imported;
                    w.add_ruling(&NewRuling::of(question.id, item, value, origin))?;
                    rulings += 1;
                }
                wide.push(row);
            }
            Ok(())
        }).unwrap();
        let before = content(&first, &env, format);

        let labels: Vec<String> = if kind.has_labels() { vec!["z".into()] } else { Vec::new() };
        let mut others = Vec::new();
        for name in ["two.karat", "three.karat"] {
            let known = Options { labels: labels.clone(), gold: Some("-".into()), ..options.clone() };
            init::init(&before[0].0, &env.path(name), &known, place(), "ana", None, &Control::default()).unwrap();
            let mut other = Project::open(&env.path(name), place()).unwrap();
            if kind.has_labels() {
                let question = other.question(None).unwrap().id;
                other.write(by_name(&other), ActKind::Label, |w| LABELS.iter().try_for_each(|l| w.add_label(question, l, None).map(drop))).unwrap();
            }
            others.push(other);
        }
        let told_before = told(&content(&first, &env, Format::Jsonl));
        let answers = told_before.iter().filter(|row| row.get("annotator").is_some()).count();
        for (n, what, column, rows) in [(1, In::Answers, "answer", answers), (2, In::Labels, "value", rulings)] {
            let named = import::Options { item: Some("item".into()), answer: Some(column.into()), ..import::Options::default() };
            if rows > 0 {
                let report = bring(&mut others[0], &before[n].0, what, &named).unwrap();
                prop_assert_eq!(report.added, rows);
            }
        }
        prop_assert_eq!(sorted(&told_before), sorted(&told(&content(&others[0], &env, Format::Jsonl))));

        let to = env.path(&format!("wide.{format}"));
        let kind_of = if kind == Kind::Rating { FieldType::Integer } else { FieldType::Text };
        let columns = [("item".to_owned(), FieldType::Text), ("ben".to_owned(), kind_of), ("chi".to_owned(), kind_of)];
        exchange::write(&Destination::File(to.clone()), format, &columns, |put| wide.iter().try_for_each(|row| put(row))).unwrap();
        bring(&mut others[1], &to, In::Answers, &import::Options { wide: true, ..import::Options::default() }).unwrap();
        let values = |project: &Project| -> Vec<String> {
            let rows = told(&content(project, &env, Format::Jsonl));
            let said = rows.iter().filter(|r| r.get("annotator").is_some() && r["skipped"].is_null());
            let mut said: Vec<String> = said.map(|r| format!("{} {} {}", r["item"], r["annotator"], r["answer"])).collect();
            said.sort();
            said
        };
        prop_assert_eq!(values(&first), values(&others[1]));
    }
}

fn by_name(project: &Project) -> karat::domain::PersonId {
    project.people().unwrap()[0].id
}

/// Rows in an order that does not depend on when somebody joined.
fn sorted(rows: &[serde_json::Value]) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    rows.sort();
    rows
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

#[test]
fn answers_to_a_text_that_has_changed_do_not_come_back_as_if_they_were_to_the_new_one() {
    let env = TestEnv::new();
    env.project("reviews", 12);
    env.karat(["answer", "3", "neutral"]).ok();
    env.karat(["answer", "4", "neutral"]).ok();
    let changed = env.write("changed.csv", "id,text\n3,Another text altogether.\n");
    let path = changed.display().to_string();
    env.karat([
        "import",
        &path,
        "--as",
        "items",
        "--text",
        "text",
        "--item-col",
        "id",
        "--source",
        "reviews",
        "--update",
    ])
    .ok();
    env.karat(["export", "out.csv", "--what", "answers"]).ok();
    assert!(std::fs::read_to_string(env.path("out.csv")).expect("written").contains("true"), "one is stale");
    let back = env.karat(["import", "out.csv", "--as", "answers", "--json"]).json();
    assert_eq!((&back["added"], &back["updated"]), (&serde_json::json!(0), &serde_json::json!(0)), "{back:#}");
    assert!(back["notes"].to_string().contains("texts that have changed"), "{back:#}");
}
