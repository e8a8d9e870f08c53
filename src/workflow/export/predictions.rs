//! What a run says of every item, so that it comes in again as the same.

use super::Out;
use crate::domain::{FieldType, FieldValue, LabelId, Question};
use crate::error::{Error, Result};
use crate::project::Run;
use crate::training::evaluation::is_predicted;
use crate::workflow::runs::Classes;
use crate::workflow::values::{column_type, written};

impl Out<'_> {
    /// Item, what is predicted, and the probability of every class where the run gives some.
    pub(super) fn predictions(&self, question: &Question, run: &Run) -> Result<u64> {
        let record = &run.run.record;
        let classes: Classes = serde_json::from_value(record["labels"].clone())
            .map_err(|_| Error::data(format!("run {} does not say which labels it tells apart", run.number)))?;
        let said = self.project.predictions(run.id, classes.len())?;
        let probable = !said.probabilities.is_empty() && record["probabilities"] != "none";
        let mut columns = vec![("prediction".to_owned(), column_type(question))];
        if probable {
            let names = classes.names().into_iter().enumerate();
            columns.extend(names.map(|(place, name)| {
                (format!("p_{}", name_of(question, &classes, place).unwrap_or(name)), FieldType::Number)
            }));
        }
        let columns = self.about_item(columns);
        // Row 0 stands for what is gone since.
        let mut places: Vec<(u32, usize)> = said.items.iter().enumerate().map(|(i, (seq, _))| (*seq, i)).collect();
        places.retain(|(seq, _)| self.chosen.has(*seq));
        places.sort_by_key(|(seq, _)| self.order.place(*seq));
        self.write(&columns, places.len(), |put| {
            for (seq, place) in places {
                let p = said.row(place);
                let of: Vec<u32> = match classes.are_sets() {
                    true => (0..).zip(p).filter(|(_, p)| is_predicted(**p)).map(|(class, _)| class).collect(),
                    false => said.labels.get(place).copied().into_iter().collect(),
                };
                let mut cells = self.item(seq);
                cells.push(classes.value(&of).map_or(FieldValue::Null, |v| written(question, &v, self.format)));
                if probable {
                    cells.extend(p.iter().map(|p| FieldValue::Number(shortest(*p))));
                }
                put(&cells)?;
            }
            Ok(())
        })
    }
}

/// What the label of a class is called now.
fn name_of(question: &Question, classes: &Classes, place: usize) -> Option<String> {
    let (Classes::Choice(labels) | Classes::Choices(labels)) = classes else { return None };
    let id: LabelId = labels.get(place)?.0.parse().ok()?;
    question.label(id).map(|label| label.name.clone())
}

/// The number with the fewest digits that is the same probability.
fn shortest(p: f32) -> f64 {
    p.to_string().parse().unwrap_or_else(|_| f64::from(p))
}
