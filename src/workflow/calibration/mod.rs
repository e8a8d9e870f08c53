//! Calibration sessions: everybody of a group answers the same items blind, compares and talks, and then answers others
//! of the same draw, so that nobody answers from memory. The agreement before and after is kept.

mod kept;
mod report;
mod session;

pub use kept::{Difference, Kept};
pub use report::{Report, Share, list, report};
pub use session::{Compared, New, close, compare, go_on, named, start};

#[cfg(test)]
mod tests;
