//! One person sitting at one question of one project.

mod types;

pub use types::{
    Counts, GuidelineNews, Hit, Hits, LaneRow, News, Past, Push, QueuePanel, QueueRow, RoundNews, Saved, Seat, Served,
    Submission, Suggestions,
};
