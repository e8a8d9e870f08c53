//! Changing what can be answered: labels are added, renamed, merged and retired, and every answer stays as it was given.

use crate::domain::{ActKind, Label, LabelId, PersonId, Question, ReviewCause, Said, Value, did_you_mean};
use crate::error::{Error, Result};
use crate::project::{NewReview, Project};
use std::collections::HashMap;

/// Adds a label at the end of the set; without a key of its own it gets the first free digit.
///
/// # Errors
/// Where the name is empty or taken, or another label has the key.
pub fn add(project: &mut Project, by: PersonId, question: &Question, name: &str, key: Option<char>) -> Result<LabelId> {
    let key = key.or_else(|| free_key(question));
    let (_, label) = project.write(by, ActKind::Label, |w| w.add_label(question.id, name.trim(), key))?;
    Ok(label)
}

/// Gives a label another name.
///
/// # Errors
/// Where there is no such label, or the new name is empty or taken.
pub fn rename(project: &mut Project, by: PersonId, question: &Question, name: &str, new: &str) -> Result<()> {
    let label = live(question, name)?.id;
    project.write(by, ActKind::Label, |w| w.rename_label(question.id, label, new.trim()))?;
    Ok(())
}

/// Counts a label's answers as another's from now on.
///
/// # Errors
/// Where either is not there, or both are the same.
pub fn merge(project: &mut Project, by: PersonId, question: &Question, name: &str, into: &str) -> Result<()> {
    let (from, into) = (live(question, name)?.id, live(question, into)?.id);
    project.write(by, ActKind::Label, |w| w.merge_label(question.id, from, into))?;
    Ok(())
}

/// What splitting a label did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The labels that it was split into and that were not there before.
    pub new: Vec<String>,
    /// Items that are asked again, since somebody gave the label.
    pub sent: Vec<u32>,
}

/// Splits a label into several: it is taken out of use, what is new is added, and the items that have it are sent back
/// to be answered once more. Answers and rulings stay as they were given, and settle and dispute nothing any more: the
/// items are to be answered, and settled, anew. One act, which one undo takes back; by nobody,
/// nothing is written: a trial.
///
/// # Errors
/// Where there is no such label, it would be split into itself, or into fewer than two.
pub fn split(
    project: &mut Project,
    by: Option<PersonId>,
    question: &Question,
    name: &str,
    into: &[&str],
) -> Result<Split> {
    let old = live(question, name)?.id;
    let mut names: Vec<&str> = Vec::new();
    for part in into.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        if part == name {
            return Err(Error::usage(format!("{name:?} cannot be split into itself"))
                .hint("name what it means now: rename it first, or choose new names"));
        }
        if !names.contains(&part) {
            names.push(part);
        }
    }
    if names.len() < 2 {
        return Err(Error::usage("a label is split into two or more").hint("karat label split OLD --into new,other"));
    }
    let new: Vec<&str> =
        names.iter().copied().filter(|name| question.live_labels().all(|label| label.name != *name)).collect();
    let mut sent: Vec<u32> = Vec::new();
    project.for_each_current(question, |answer| {
        if !answer.stale && matches!(&answer.said, Said::Value(value) if gives(value, old)) {
            sent.push(answer.item);
        }
    })?;
    let ruled = project.rulings(question)?.into_iter().filter(|(_, ruling, stale)| !stale && gives(&ruling.value, old));
    sent.extend(ruled.map(|(item, ..)| item));
    sent.sort_unstable();
    sent.dedup();
    if let Some(by) = by {
        let note = format!("the label {name} was split into {}", names.join(", "));
        project.write(by, ActKind::Label, |w| {
            for name in &new {
                w.add_label(question.id, name, None)?;
            }
            w.split_label(question.id, old)?;
            for item in &sent {
                let (question, item, cause) = (question.id, *item, ReviewCause::Sent);
                w.send_to_review(&NewReview { question, item, cause, note: Some(note.clone()) })?;
            }
            Ok(())
        })?;
    }
    Ok(Split { new: new.into_iter().map(str::to_owned).collect(), sent })
}

/// Whether a value gives a label.
fn gives(value: &Value, label: LabelId) -> bool {
    match value {
        Value::Choice(id) => *id == label,
        Value::Choices(ids) => ids.contains(&label),
        Value::Spans(spans) => spans.iter().any(|span| span.label == label),
        Value::Rating(_) | Value::Text(_) | Value::Preference(_) => false,
    }
}

/// Takes a label out of use; its answers stay.
///
/// # Errors
/// Where there is no such label.
pub fn retire(project: &mut Project, by: PersonId, question: &Question, name: &str) -> Result<()> {
    let label = live(question, name)?.id;
    project.write(by, ActKind::Label, |w| w.retire_label(question.id, label))?;
    Ok(())
}

/// Gives a label a digit or letter of its own.
///
/// # Errors
/// Where there is no such label, or another one has the key.
pub fn pin(project: &mut Project, by: PersonId, question: &Question, name: &str, key: char) -> Result<()> {
    let label = live(question, name)?.id;
    project.write(by, ActKind::Label, |w| w.set_label_key(question.id, label, Some(key)))?;
    Ok(())
}

/// How often each label stands in somebody's current answer.
pub fn given(project: &Project, question: &Question) -> Result<HashMap<LabelId, usize>> {
    let mut given = HashMap::new();
    let mut count = |label: &LabelId| *given.entry(*label).or_insert(0) += 1;
    for answer in project.current_answers(question)? {
        match &answer.said {
            Said::Value(Value::Choice(label)) => count(label),
            Said::Value(Value::Choices(labels)) => labels.iter().for_each(&mut count),
            Said::Value(Value::Spans(spans)) => spans.iter().for_each(|span| count(&span.label)),
            _ => {}
        }
    }
    Ok(given)
}

fn live<'q>(question: &'q Question, name: &str) -> Result<&'q Label> {
    question.live_labels().find(|label| label.name == name).ok_or_else(|| {
        let error = Error::usage(format!("{} has no label {name:?}", question.name));
        error.hint(did_you_mean(name, question.live_labels().map(|label| label.name.as_str())))
    })
}

/// The first digit that no live label has.
fn free_key(question: &Question) -> Option<char> {
    ('1'..='9').chain(['0']).find(|key| question.live_labels().all(|label| label.key != Some(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Id, Kind};
    use crate::project::UndoScope;
    use crate::workflow::agreement::tests::World;

    #[test]
    fn a_split_label_is_retired_and_its_items_are_asked_again_as_one_act() {
        let mut w = World::new(Kind::Choice, &["bad", "fine"]);
        w.say(0, 1, "bad");
        w.say(1, 2, "fine");
        w.say(1, 3, "bad");
        let (lead, question) = (w.people[0], w.question());
        let tried = split(&mut w.project, None, &question, "bad", &["rude", "broken", "fine"]).expect("tried");
        assert_eq!(
            (tried.new.as_slice(), tried.sent.as_slice()),
            (&["rude".to_owned(), "broken".to_owned()][..], &[1, 3][..])
        );
        assert_eq!(w.question(), question, "a trial changes nothing");
        split(&mut w.project, Some(lead), &question, "bad", &["rude", "broken", "fine"]).expect("split");
        let live: Vec<String> = w.question().live_labels().map(|label| label.name.clone()).collect();
        assert_eq!(live, ["fine", "rude", "broken"]);
        let reviews = w.project.reviews(&w.question()).expect("reviews");
        assert_eq!(reviews.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(reviews[0].1.note.as_deref(), Some("the label bad was split into rude, broken, fine"));
        w.project.undo(lead, &UndoScope::Any).expect("undone");
        assert_eq!(w.question().labels.iter().filter(|label| !label.retired).count(), 2);
        assert!(w.project.reviews(&w.question()).expect("reviews").is_empty());
        for into in [&["rude"][..], &["bad", "rude"], &["rude", " rude "]] {
            assert!(split(&mut w.project, Some(lead), &question, "bad", into).is_err(), "{into:?}");
        }
    }

    #[test]
    fn gold_of_a_split_label_is_the_truth_of_nothing() {
        let mut w = World::new(Kind::Choice, &["bad", "fine"]);
        let (lead, question) = (w.people[0], w.question());
        let gold = ["bad", "fine"].map(|label| question.parse_value(label).expect("a label"));
        let gold = [(1, gold[0].clone()), (2, gold[1].clone())];
        w.project.write(lead, ActKind::Import, |w| w.put_all_gold(question.id, &gold, &mut |_| ())).expect("gold");
        split(&mut w.project, Some(lead), &question, "bad", &["rude", "broken"]).expect("split");
        let question = w.question();
        assert_eq!(w.project.gold(&question), Ok(gold[1..].to_vec()));
        assert_eq!(
            (w.project.gold_of(&question, 1), w.project.gold_of(&question, 2)),
            (Ok(None), Ok(Some(gold[1].1.clone())))
        );
    }

    fn question() -> Question {
        let label = |n: u8, name: &str, key, retired| Label {
            id: Id::from_bytes([n; 16]),
            name: name.into(),
            key,
            retired,
            merged_into: None,
            split: false,
        };
        let labels =
            vec![label(1, "neg", Some('1'), false), label(2, "pos", Some('3'), false), label(3, "old", None, true)];
        Question {
            id: Id::from_bytes([9; 16]),
            name: "q".into(),
            kind: Kind::Choice,
            labels,
            label_revision: 1,
            guidelines: None,
            scale: Default::default(),
        }
    }

    #[test]
    fn a_new_label_gets_the_first_free_digit() {
        assert_eq!(free_key(&question()), Some('2'));
    }

    #[test]
    fn retired_labels_cannot_be_changed_again() {
        assert!(live(&question(), "old").is_err());
        assert_eq!(live(&question(), "pos").map(|label| label.key), Ok(Some('3')));
    }
}
