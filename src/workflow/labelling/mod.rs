//! One person sitting at one question of one project.

mod guidelines;
mod pool;
mod types;

pub use guidelines::new_lines;
pub use pool::{Candidate, Mine, Order, Pool, Standing};
pub use types::{
    Counts, GuidelineNews, Hit, Hits, LaneRow, News, Past, Push, QueuePanel, QueueRow, RoundNews, Saved, Seat, Served,
    Submission, Suggestions,
};
