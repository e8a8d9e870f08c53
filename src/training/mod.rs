//! Fitting a round of the live ranker, and what its score means.
//!
//! Pure: rows and answers come in, a model, its thoughts and its score go out.

mod metrics;
mod round;

pub use metrics::Score;
pub use round::{RoundInput, RoundOutcome, fit_round};
