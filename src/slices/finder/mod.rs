//! Slices where errors gather: SliceLine (Sagadeeva & Boehm, SIGMOD 2021), exact, over all levels.
//!
//! Every row has an error of 0 or more and a value in every field; a slice is a conjunction of `field = value`, one value a
//! field at most. The best slices by [`Weight::score`] are found level by level: a slice of L terms is looked at only where all
//! its parts of L − 1 terms could still lead somewhere, and where the best that it could be beats what is held. Rows are
//! bits, so that a slice is an intersection. Nothing depends on the number of threads.

mod bits;
mod bound;
mod chance;
mod columns;
mod errors;
mod groups;
mod levels;
#[cfg(test)]
mod tests;

pub use bound::Weight;
pub use chance::{Welch, benjamini_hochberg, fisher, mean_interval, more_error, p_value, welch};
pub use columns::{Column, Columns, Ready};
pub use errors::Errors;
pub use groups::groups;
pub use levels::{Found, Search, Slice, Term};
