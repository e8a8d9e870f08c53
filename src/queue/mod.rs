//! What to ask next: strategies, their order, lanes, and when to stop.
//!
//! The order is a pure function of what the model thinks, the answers it saw, the strategy and a seed, and is never
//! stored. Definitions and what wins: Settles 2009 (uncertainty), Zhdanov 2019 (diverse batches), Hacohen, Dekel &
//! Weinshall 2022 (TypiClust), Ash et al. 2020 (BADGE), Houlsby et al. 2011 (BALD). Nothing here knows a project or a screen.

mod badge;
mod clusters;
pub mod committee;
mod coverage;
mod density;
mod disagreement;
mod lanes;
mod overlap;
mod rank;
mod sample;
mod score;
pub mod stopping;
mod strategy;

pub use committee::Committee;
pub use disagreement::Answered;
pub use lanes::{Drawn, LANES, Left, Shares, draw};
pub use overlap::in_share;
pub use rank::{RankInput, Ranking, rank};
pub use strategy::Strategy;

/// Strategies that compare items pairwise look at a seeded sample of at most so many.
pub const SAMPLE: usize = 20_000;

#[cfg(test)]
mod tests;
