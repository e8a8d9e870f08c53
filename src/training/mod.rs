//! Fitting a round of the live ranker, and what its score means.
//!
//! Pure: rows and answers come in, a model, its thoughts and its score go out.

mod committee;
mod held_out;
mod metrics;
mod round;

pub use committee::fit_committee;
pub use held_out::held_out;
pub use metrics::Score;
pub use round::{RoundInput, RoundOutcome, fit_round};
