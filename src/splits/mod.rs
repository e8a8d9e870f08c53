//! Who teaches, tunes and judges: units of rows that must stay together, and their shares.
//!
//! Pure: rows come in as numbers with what binds them, splits go out. The draw is a function of the unit's own hash, so
//! that two copies of a project and every later import agree on it.

mod assign;
mod units;

pub use assign::{Drawn, by_moment, by_share, threshold};
pub use units::{Ties, Units};
