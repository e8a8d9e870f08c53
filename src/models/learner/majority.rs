//! The floor: every class has its share of the examples, whatever the row.

use super::artifact::{ArtifactError, Kept, Tensors, part};
use super::parameters::{settings, told_by_settings};
use super::{Inputs, Learner, LearnerKind, Model, Task};
use crate::models::{FitError, Probabilities, Watch};
use serde_json::{Value as Json, json};

settings! {
    /// Learns how often each class occurs.
    Majority: "majority" {}
}

#[derive(Debug, Clone, PartialEq)]
struct Shares(Vec<f32>);

impl Learner for Majority {
    told_by_settings!(LearnerKind::Majority);

    fn fit(&self, task: &Task<'_>, _: Watch<'_>) -> Result<Box<dyn Model>, FitError> {
        let seen = task.seen(1)?;
        let weights = task.weights(&seen);
        let mut shares = vec![0.0f64; task.classes];
        for (_, class) in task.train {
            shares[*class as usize] += f64::from(weights[seen.partition_point(|s| s < class)]);
        }
        let all: f64 = shares.iter().sum();
        Ok(Box::new(Shares(shares.iter().map(|share| (share / all) as f32).collect())))
    }
}

impl Model for Shares {
    fn classes(&self) -> usize {
        self.0.len()
    }

    fn probabilities(&self, inputs: &Inputs<'_>) -> Probabilities {
        Probabilities::new(self.0.len(), self.0.repeat(inputs.len()))
    }

    fn keep(&self) -> Kept {
        Kept::new(LearnerKind::Majority, json!({"shares": self.0}), Tensors::default())
    }
}

pub(super) fn load(head: &Json) -> Result<Box<dyn Model>, ArtifactError> {
    Ok(Box::new(Shares(part(head, "shares")?)))
}
