//! Label sets: a model for each label that tells the rows with it from those without.

use super::artifact::{ArtifactError, Kept, Tensors, damaged, made, part};
use super::{AnyOf, Contribution, Inputs, Learner, Model, SetTask, Sums, Task};
use crate::models::{FitError, Probabilities, Told, Watch};
use serde_json::{Value as Json, json};

pub(super) const KIND: &str = "one-vs-rest";

/// Fits one model a label. A label that all examples have, or none, is predicted so for every row.
///
/// The model's probabilities are those of the labels, one by one: they do not sum to one.
///
/// # Errors
/// Where there are no examples, they do not fit the inputs, or `watch` says stop.
pub fn fit_sets(learner: &dyn Learner, task: &SetTask<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
    if task.train.is_empty() {
        return Err(FitError::TooFewClasses(0));
    }
    let beyond = |(row, labels): &(u32, Vec<u32>)| {
        labels.iter().find(|&&label| label as usize >= task.labels).map(|&label| (*row, label))
    };
    if let Some((row, class)) = task.train.iter().chain(task.validation).find_map(beyond) {
        return Err(FitError::OutOfRange { row, class, rows: task.inputs.len(), classes: task.labels });
    }
    let labels = (0..task.labels as u32)
        .map(|label| {
            let has = |(row, labels): &(u32, Vec<u32>)| (*row, u32::from(labels.contains(&label)));
            let train: Vec<(u32, u32)> = task.train.iter().map(has).collect();
            let validation: Vec<(u32, u32)> = task.validation.iter().map(has).collect();
            let own = Task {
                inputs: task.inputs,
                classes: 2,
                train: &train,
                validation: &validation,
                class_weights: task.class_weights,
                seed: task.seed,
            };
            let first = own.train[0].1;
            if train.iter().all(|(_, has)| *has == first) {
                own.seen(1)?;
                return Ok(Label::Always(first == 1));
            }
            let share = 1.0 / task.labels as f32;
            let part = |told: Told| watch(told.without_point().within(label as f32 * share, share));
            learner.fit(&own, &part).map(Label::Learned)
        })
        .collect::<Result<_, FitError>>()?;
    Ok(Box::new(OneVsRest { labels }))
}

#[derive(Debug)]
struct OneVsRest {
    labels: Vec<Label>,
}

#[derive(Debug)]
enum Label {
    Always(bool),
    Learned(Box<dyn Model>),
}

impl Label {
    fn sum(&self) -> Option<AnyOf<'_>> {
        match self {
            Self::Always(has) => Some(AnyOf::Always(*has)),
            Self::Learned(model) => match model.sums() {
                Some(Sums::OneOf(sum)) if sum.linear.seen() == [0, 1] => Some(AnyOf::Learned(sum)),
                _ => None,
            },
        }
    }
}

impl Model for OneVsRest {
    fn classes(&self) -> usize {
        self.labels.len()
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        let (rows, width) = (inputs.len(), self.labels.len());
        let mut values = vec![0.0; rows * width];
        for (i, label) in self.labels.iter().enumerate() {
            let own = values.iter_mut().skip(i).step_by(width.max(1));
            match label {
                Label::Always(has) => own.for_each(|p| *p = f32::from(u8::from(*has))),
                Label::Learned(model) => {
                    let p = model.probabilities(inputs);
                    own.enumerate().for_each(|(row, to)| *to = p.row(row).get(1).copied().unwrap_or(0.0));
                }
            }
        }
        Probabilities::new(width, values)
    }

    fn contributions(&self, inputs: &Inputs<'_>, row: usize, class: u32) -> Option<Vec<Contribution>> {
        match self.labels.get(class as usize)? {
            Label::Always(_) => None,
            Label::Learned(model) => model.contributions(inputs, row, 1),
        }
    }

    fn sums(&self) -> Option<Sums<'_>> {
        self.labels.iter().map(Label::sum).collect::<Option<_>>().map(Sums::AnyOf)
    }

    fn keep(&self) -> Kept {
        let (mut heads, mut weights) = (Vec::new(), Tensors::default());
        for (i, label) in self.labels.iter().enumerate() {
            heads.push(match label {
                Label::Always(has) => json!({"always": has}),
                Label::Learned(model) => {
                    let kept = model.keep();
                    weights.extend(&format!("{i}."), kept.weights);
                    json!({"kind": kept.kind, "model": kept.head})
                }
            });
        }
        Kept { kind: KIND, head: json!({"labels": heads}), weights }
    }
}

pub(super) fn load(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let heads: Vec<Json> = part(head, "labels")?;
    let label = |(i, head): (usize, &Json)| match head.get("always") {
        Some(always) => always.as_bool().map(Label::Always).ok_or_else(|| damaged("a label is neither kept nor told")),
        None => made(head, &weights.within(&format!("{i}."))).map(Label::Learned),
    };
    Ok(Box::new(OneVsRest { labels: heads.iter().enumerate().map(label).collect::<Result<_, _>>()? }))
}
