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

/// Told how much of a long computation is done, 0 to 1; answers whether to go on.
pub type Watch<'a> = &'a (dyn Fn(f32) -> bool + Sync);

/// Watches nothing and never stops.
pub const UNWATCHED: Watch<'static> = &|_| true;

#[cfg(test)]
mod tests;
