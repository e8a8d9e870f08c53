//! Changing what can be answered: labels are added, renamed, merged and retired, and every answer stays as it was given.

use crate::domain::{ActKind, Label, LabelId, PersonId, Question, Said, Value, did_you_mean};
use crate::error::{Error, Result};
use crate::project::Project;
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

    fn question() -> Question {
        let label = |n: u8, name: &str, key, retired| Label {
            id: Id::from_bytes([n; 16]),
            name: name.into(),
            key,
            retired,
            merged_into: None,
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
