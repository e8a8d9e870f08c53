//! One person sitting at one question of one project.

mod acts;
mod desk;
mod find;
mod guidelines;
mod inbox;
mod loading;
pub(crate) mod look;
mod pool;
mod ranker;
mod second_look;
mod serve;
mod sitting;
mod tick;
mod types;

pub use find::{Wanted, find};
pub use guidelines::new_lines;
pub use loading::pool_of;
pub use pool::{COMES_BACK_MS, Candidate, LaneSet, Mine, Order, Overlap, Pool, Standing};
pub(crate) use ranker::news as round_news;
pub use sitting::{Sitting, question_to_ask};
pub use types::{
    Asked, Counts, Failed, Feedback, GuidelineNews, Held, Hit, Hits, LaneRow, News, Nothing, Past, Push, QueuePanel,
    QueueRow, RoundNews, Saved, Seat, Served, Submission, Suggestions,
};

#[cfg(test)]
pub(crate) mod tests;
