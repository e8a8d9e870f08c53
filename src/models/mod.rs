//! The learners: a sparse multinomial logistic regression that is the live ranker.
//!
//! They implement linfa's `Fit` and `PredictInplace`, and are the same, bit for bit, whatever the number of threads.

mod calibration;
mod explain;
pub mod learner;
mod linear;
mod logistic;
mod numbers;
mod probabilities;
pub mod sentences;
mod solver;

pub use calibration::temperature_of;
pub use explain::{Push, pushes};
pub use linear::LinearModel;
pub use logistic::{ClassWeights, FitError, LogisticRegression};
pub use probabilities::{Probabilities, likeliest};

use crate::domain::{Curve, Point};

/// What a learner tells while it learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// How much is done, 0 to 1.
    pub done: f32,
    /// A point of a curve, where there is a new one. Points come in the order of their curve.
    pub point: Option<Point>,
}

impl Told {
    /// So much is done.
    pub fn done(done: f32) -> Self {
        Self { done, point: None }
    }

    /// The same with a point.
    #[must_use]
    pub fn at(self, curve: Curve, at: u32, value: f64) -> Self {
        Self { point: Some(Point { curve, at, value }), ..self }
    }

    /// The same as a part of something larger: it begins at `from` of it and is `share` of it.
    #[must_use]
    pub fn within(self, from: f32, share: f32) -> Self {
        Self { done: from + self.done * share, ..self }
    }

    /// The same without a point: of one model among several.
    #[must_use]
    pub fn without_point(self) -> Self {
        Self { point: None, ..self }
    }
}

/// Told how a long computation goes; answers whether to go on. What is told never changes what is computed.
pub type Watch<'a> = &'a (dyn Fn(Told) -> bool + Sync);

/// Watches nothing and never stops.
pub const UNWATCHED: Watch<'static> = &|_| true;

#[cfg(test)]
mod tests;
