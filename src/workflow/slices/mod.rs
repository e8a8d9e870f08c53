//! Slices: where a run fails.

mod columns;
mod eval;
mod find;
mod judged;

pub use eval::{Evaluated, evaluate};
pub use find::{Asked, Found, FoundSlice, find};
pub use judged::{ErrorKind, Judged};
