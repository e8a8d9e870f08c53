//! What an act holds is said in people's names, labels and items.

use super::*;
use crate::domain::{LabelId, Span};
use serde_json::json;

/// What an undo takes back, as it is told.
fn undone(f: &mut Fixture) -> String {
    f.project.undo(f.ana, &UndoScope::Any).unwrap().summary
}

#[test]
fn settings_of_people_are_said_with_their_names() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question().id);
    let set = [
        (format!("qualification.{question}.{ben}"), json!({"waived": true}), "ben need not qualify for sentiment"),
        (format!("qualification.{question}.{ben}"), json!({"again": 5}), "ben begins again to qualify for sentiment"),
        (format!("route.{ben}"), json!("lang = 'de'"), "items that come to ben: lang = 'de'"),
        (format!("route.{ben}"), json!(null), "items that come to ben: all"),
        (format!("goal.{ana}"), json!(40), "goal of ana: 40"),
        ("overlap.people".to_owned(), json!([ana.to_string(), ben.to_string()]), "overlap.people: ana, ben"),
        ("overlap.people".to_owned(), json!(null), "overlap.people: default"),
    ];
    for (name, value, told) in set {
        f.project.write(ana, ActKind::Setting, |w| w.set_setting(&name, &value)).unwrap();
        assert_eq!(f.project.log(1).unwrap()[0].summary, told);
    }
    assert_eq!(undone(&mut f), "overlap.people: default");
}

#[test]
fn labels_are_said_with_what_became_of_them_and_so_in_a_refusal() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question().id);
    f.project.write(ana, ActKind::Label, |w| w.add_label(question, "sarcasm", Some('s'))).unwrap();
    f.answer(f.ben, 1, "sarcasm");
    let error = f.project.undo(ana, &UndoScope::Any).unwrap_err();
    assert_eq!(error.message, "\"label sarcasm\" cannot be taken back: ben has answered with the label");
    let several = |w: &mut Writer<'_>| ["a", "b"].iter().try_for_each(|n| w.add_label(question, n, None).map(drop));
    f.project.write(ana, ActKind::Label, several).unwrap();
    assert_eq!(undone(&mut f), "label a, label b");
    let sarcasm = f.label("sarcasm").id;
    f.project.write(ana, ActKind::Label, |w| w.rename_label(question, sarcasm, "irony")).unwrap();
    assert_eq!(undone(&mut f), "label sarcasm is called irony");
    f.project.write(ana, ActKind::Label, |w| w.retire_label(question, sarcasm)).unwrap();
    assert_eq!(undone(&mut f), "label sarcasm retired");
}

#[test]
fn values_of_every_kind_are_said_with_the_names_of_their_labels() {
    let mut f = Fixture::new();
    let ana = f.ana;
    let ask = |f: &mut Fixture, name: &str, kind: Kind, value: &dyn Fn(LabelId, LabelId) -> Value| {
        let (_, question) = f
            .project
            .write(ana, ActKind::Question, |w| {
                let question = w.add_question(name, kind)?;
                w.add_label(question, "who", None)?;
                w.add_label(question, "where", None)?;
                Ok(question)
            })
            .unwrap();
        let asked = f.project.question(Some(name)).unwrap();
        let said = Said::Value(value(asked.labels[0].id, asked.labels[1].id));
        let new = NewAnswer { question, said, ..f.new_answer(ana, 1, "neutral") };
        f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
        undone(f)
    };
    let spans = |a, b| Value::Spans(vec![Span { start: 0, end: 4, label: a }, Span { start: 5, end: 6, label: b }]);
    assert_eq!(ask(&mut f, "spans", Kind::Spans, &spans), "0-4 who; 5-6 where to r-1");
    assert_eq!(ask(&mut f, "none", Kind::Spans, &|_, _| Value::Spans(Vec::new())), "(none) to r-1");
    let both = |a: LabelId, b: LabelId| Value::Choices(vec![a.min(b), a.max(b)]);
    let told = ask(&mut f, "several", Kind::Choices, &both);
    assert!(told == "who, where to r-1" || told == "where, who to r-1", "{told}");
}
