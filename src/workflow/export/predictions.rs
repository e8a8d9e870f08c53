//! What a run says of every item, so that it comes in again as the same.

use super::Out;
use crate::domain::{FieldType, FieldValue, LabelId, Question, Value};
use crate::error::{Error, Result};
use crate::project::Run;
use crate::workflow::runs::{Chances, Classes};
use crate::workflow::values::{column_type, written};

impl Out<'_> {
    /// Item, what is predicted, and the probability of every label where the run gives some, or of what is predicted.
    pub(super) fn predictions(&self, question: &Question, run: &Run) -> Result<u64> {
        let record = &run.run.record;
        let classes: Classes = serde_json::from_value(record["labels"].clone())
            .map_err(|_| Error::data(format!("run {} does not say which labels it tells apart", run.number)))?;
        let said = self.project.predictions(run.id, classes.len())?;
        let chances = if said.probabilities.is_empty() { Chances::None } else { Chances::of(record) };
        let groups = Groups::of(question, &classes);
        let mut columns = vec![("prediction".to_owned(), column_type(question))];
        match chances {
            Chances::Given => {
                columns.extend(groups.0.iter().map(|(name, _)| (format!("p_{name}"), FieldType::Number)));
            }
            Chances::Score => columns.push(("score".to_owned(), FieldType::Number)),
            Chances::None => {}
        }
        let columns = self.about_item(columns);
        // Row 0 stands for what is gone since.
        let mut places: Vec<(u32, usize)> = said.items.iter().enumerate().map(|(i, (seq, _))| (*seq, i)).collect();
        places.retain(|(seq, _)| self.chosen.has(*seq));
        places.sort_by_key(|(seq, _)| self.order.place(*seq));
        self.write(&columns, places.len(), |put| {
            for (seq, place) in places {
                let p = said.row(place);
                let label = said.labels.get(place).copied();
                let of = said.sets.get(place).cloned().unwrap_or_else(|| label.into_iter().collect());
                let mut cells = self.item(seq);
                let value = classes.value(&of).map(|value| counted(question, value));
                cells.push(value.map_or(FieldValue::Null, |v| written(question, &v, self.format)));
                match chances {
                    Chances::Given => cells.extend(groups.of_row(p, classes.are_sets()).map(number)),
                    Chances::Score => cells.extend(label.and_then(|label| p.get(label as usize)).copied().map(number)),
                    Chances::None => {}
                }
                put(&cells)?;
            }
            Ok(())
        })
    }
}

/// The classes that count as one label now, since labels were merged, by what it is called; in the order of the first.
struct Groups(Vec<(String, Vec<usize>)>);

impl Groups {
    fn of(question: &Question, classes: &Classes) -> Self {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (place, name) in classes.names().into_iter().enumerate() {
            let name = name_of(question, classes, place).unwrap_or(name);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, places)) => places.push(place),
                None => groups.push((name, vec![place])),
            }
        }
        Self(groups)
    }

    /// The probability of each: of classes that exclude one another the sum, of a set's labels the largest, for at least
    /// that holds whatever they have in common.
    fn of_row<'a>(&'a self, p: &'a [f32], sets: bool) -> impl Iterator<Item = f32> + 'a {
        self.0.iter().map(move |(_, places)| {
            let own = places.iter().filter_map(|place| p.get(*place).copied());
            match places.as_slice() {
                [one] => p.get(*one).copied().unwrap_or(0.0),
                _ if sets => own.fold(0.0, f32::max),
                _ => own.sum::<f32>().min(1.0),
            }
        })
    }
}

/// A value by the labels that its labels count as now.
fn counted(question: &Question, value: Value) -> Value {
    match value {
        Value::Choice(label) => Value::Choice(question.resolve(label)),
        Value::Choices(labels) => {
            let mut labels: Vec<LabelId> = labels.into_iter().map(|label| question.resolve(label)).collect();
            labels.sort_unstable();
            labels.dedup();
            Value::Choices(labels)
        }
        other => other,
    }
}

/// What the label of a class is called now.
fn name_of(question: &Question, classes: &Classes, place: usize) -> Option<String> {
    let (Classes::Choice(labels) | Classes::Choices(labels)) = classes else { return None };
    let id: LabelId = labels.get(place)?.0.parse().ok()?;
    question.label(question.resolve(id)).map(|label| label.name.clone())
}

fn number(p: f32) -> FieldValue {
    FieldValue::Number(shortest(p))
}

/// The number with the fewest digits that is the same probability.
fn shortest(p: f32) -> f64 {
    p.to_string().parse().unwrap_or_else(|_| f64::from(p))
}
