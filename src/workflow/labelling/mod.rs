//! One person sitting at one question of one project.

mod acts;
mod desk;
mod guidelines;
mod loading;
pub(crate) mod look;
mod pool;
mod ranker;
mod second_look;
mod serve;
mod sitting;
mod tick;
mod types;

pub use guidelines::new_lines;
pub use loading::pool_of;
pub use pool::{Candidate, Mine, Order, Pool, Standing};
pub(crate) use ranker::news as round_news;
pub use sitting::Sitting;
pub use types::{
    Counts, GuidelineNews, Hit, Hits, LaneRow, News, Past, Push, QueuePanel, QueueRow, RoundNews, Saved, Seat, Served,
    Submission, Suggestions,
};

#[cfg(test)]
mod tests;
