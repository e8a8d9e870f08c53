//! Fitting models, and telling how good they are.
//!
//! Pure: rows and answers come in; a model, its thoughts and what they are worth go out.

mod calibration;
mod committee;
pub mod evaluation;
mod folds;
mod held_out;
mod latency;
mod learning_curve;
mod round;

pub use calibration::{Calibration, Isotonic};
pub use committee::fit_committee;
pub use folds::{cross_validate, folds};
pub use held_out::held_out;
pub use latency::{Latency, latency};
pub use learning_curve::{learning_sizes, nested};
pub use round::{RoundInput, RoundOutcome, fit_round, round_score};
