//! The items behind a cell of the panel: where two people differ, where one label is disputed, where one person is
//! alone.

use super::Gathered;
use crate::domain::{LabelId, PersonId, Question, Value};

/// A cell of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// Two people: where they differ.
    Pair(PersonId, PersonId),
    /// A label: where some gave it and some did not.
    Label(String),
    /// Somebody: where nobody else said the same.
    Person(PersonId),
}

/// The items behind a cell, in the order of their rows.
pub fn behind(question: &Question, gathered: &Gathered, cell: &Behind) -> Vec<u32> {
    let ratings = &gathered.ratings;
    let rater =
        |id: &PersonId| gathered.people.iter().position(|who| who.id == *id).and_then(|i| u32::try_from(i).ok());
    let said = |unit: usize, who: u32| {
        let (raters, categories) = ratings.unit(unit);
        raters.iter().position(|rater| *rater == who).map(|i| categories[i])
    };
    let is_behind: Box<dyn Fn(usize) -> bool> = match cell {
        Behind::Pair(a, b) => {
            let (Some(a), Some(b)) = (rater(a), rater(b)) else { return Vec::new() };
            Box::new(move |unit| said(unit, a).zip(said(unit, b)).is_some_and(|(a, b)| a != b))
        }
        Behind::Label(name) => {
            let holds: Vec<bool> = gathered.values.iter().map(|value| stands_in(question, name, value)).collect();
            Box::new(move |unit| {
                let mut has = ratings.unit(unit).1.iter().map(|category| holds[*category as usize]);
                has.next().is_some_and(|first| has.any(|other| other != first))
            })
        }
        Behind::Person(id) => {
            let Some(me) = rater(id) else { return Vec::new() };
            Box::new(move |unit| {
                let (raters, categories) = ratings.unit(unit);
                let others = || raters.iter().zip(categories).filter(|(rater, _)| **rater != me);
                let mine = said(unit, me);
                mine.is_some_and(|mine| others().next().is_some() && others().all(|(_, said)| *said != mine))
            })
        }
    };
    (0..ratings.units()).filter(|unit| is_behind(*unit)).map(|unit| gathered.items[unit]).collect()
}

/// Whether a value gives the label of a name.
fn stands_in(question: &Question, name: &str, value: &Value) -> bool {
    let is = |id: &LabelId| question.label(question.resolve(*id)).is_some_and(|label| label.name == name);
    match value {
        Value::Choice(id) => is(id),
        Value::Choices(ids) => ids.iter().any(is),
        Value::Spans(spans) => spans.iter().any(|span| is(&span.label)),
        Value::Rating(_) | Value::Text(_) | Value::Preference(_) => question.spell(value) == name,
    }
}
