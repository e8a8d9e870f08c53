//! Sparse logistic regression over text, fields and embeddings.

use super::artifact::{ArtifactError, Kept, Tensors, damaged, part};
use super::joined::{Feature, Layout};
use super::parameters::{settings, told_by_settings};
use super::{Contribution, Inputs, Learner, LearnerKind, Model, Sum, Sums, Task};
use crate::features::Sparse;
use crate::models::{FitError, LinearModel, LogisticRegression, Probabilities, Watch};
use serde_json::{Value as Json, json};

settings! {
    /// Multinomial logistic regression with an L2 penalty: the live ranker's, over any input.
    Logistic: "logistic-regression" {
        /// The inverse of the penalty's strength; auto is 2500 / √examples, between 10 and 100.
        c: Option<f32> = None, 1e-6..=1e9;
        /// Whether to set its temperature on a fifth of the examples, so that its probabilities mean what they say.
        calibrate: bool = true, 0.0..=1.0;
        /// Done when the mean loss is known to be within this of the least, in nats.
        tolerance: f32 = 3e-4, 1e-9..=1.0;
        /// Passes over the examples at most.
        max_epochs: u32 = 60, 1.0..=100_000.0;
    }
}

impl Learner for Logistic {
    told_by_settings!(LearnerKind::LogisticRegression);

    fn fit(&self, task: &Task<'_>, watch: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        task.seen(2)?;
        let layout = Layout::fit(&task.inputs, &task.rows()).with_base(task.train.len());
        let regression = LogisticRegression {
            c: self.c,
            calibrate: self.calibrate,
            class_weights: task.class_weights,
            seed: task.seed,
            tolerance: self.tolerance,
            max_epochs: self.max_epochs,
        };
        let linear = regression.fit_sparse(&layout.join(&task.inputs), task.train, task.classes, watch)?;
        Ok(Box::new(Linear { layout, linear }))
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Linear {
    layout: Layout,
    linear: LinearModel,
}

impl Model for Linear {
    fn classes(&self) -> usize {
        self.linear.classes()
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        self.linear.probabilities_of_sparse(&self.layout.join(inputs))
    }

    fn contributions(&self, inputs: &Inputs<'_>, row: usize, class: u32) -> Option<Vec<Contribution>> {
        let (joined, names) = (self.layout.join(inputs), self.layout.names());
        let mut told: Vec<Contribution> = Vec::new();
        let mut embedding = Contribution { feature: Feature::Embedding, value: 1.0, amount: 0.0 };
        for (place, value, amount) in self.linear.contributions_of(joined.entries(row), class) {
            match self.layout.feature(place, &names) {
                Feature::Embedding => embedding.amount += amount,
                feature => told.push(Contribution { feature, value, amount }),
            }
        }
        told.extend((embedding.amount != 0.0).then_some(embedding));
        told.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()));
        Some(told)
    }

    fn sums(&self) -> Option<Sums<'_>> {
        self.layout.is_text_only().then_some(Sums::OneOf(Sum { linear: &self.linear, base: self.layout.base() }))
    }

    fn keep(&self) -> Kept {
        let (classes, seen, places, numbers) = self.linear.parts();
        let mut weights = Tensors::default();
        weights.put("seen", 0, seen);
        weights.put("places", 0, places);
        weights.put("weights", seen.len(), numbers);
        let head = json!({"classes": classes, "layout": self.layout});
        Kept::new(LearnerKind::LogisticRegression, head, weights)
    }
}

pub(super) fn load(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let (seen, places, numbers) = (weights.get("seen")?, weights.get("places")?, weights.get("weights")?);
    let linear = LinearModel::of_parts(part(head, "classes")?, seen, places, numbers);
    let linear = linear.ok_or_else(|| damaged("classes, places and weights do not go together"))?;
    Ok(Box::new(Linear { layout: part(head, "layout")?, linear }))
}
