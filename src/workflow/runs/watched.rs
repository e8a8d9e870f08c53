//! Trainings as somebody who looks on sees them.

use super::under_way;
use crate::domain::Question;
use crate::error::Result;
use crate::project::{Project, Training, TrainingState};

/// A training under way, or how one ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The training.
    pub training: Training,
    /// How far it is, or how it ended, in words.
    pub told: String,
    /// Who started it; somebody who is new has no name before the run.
    pub by: Option<String>,
}

impl Watched {
    /// Whether it is still under way.
    pub fn goes_on(&self) -> bool {
        self.training.state == TrainingState::UnderWay
    }

    /// Whether it came to nothing, and nobody meant it to.
    pub fn has_failed(&self) -> bool {
        matches!(self.training.state, TrainingState::Failed | TrainingState::Lost)
    }

    /// The family of models that is trained.
    pub fn model(&self) -> &str {
        self.training.asked["model"].as_str().unwrap_or_default()
    }
}

/// The trainings of a question that are under way, and how the last ones ended, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn watched(project: &Project, question: &Question) -> Result<Vec<Watched>> {
    let trainings = project.trainings()?.into_iter().rev().filter(|training| training.question == question.id);
    trainings
        .map(|training| {
            Ok(Watched { told: under_way::told(project, &training)?, by: under_way::by(project, &training)?, training })
        })
        .collect()
}
