//! What several people's answers add up to: one distribution over the categories a unit, and what each annotator is
//! like.
//!
//! Categories are equal or not here, whatever the scale says. Where an annotator answered a unit twice, both answers
//! count, as in Dawid & Skene's own data. Every method is deterministic on any number of threads.

mod dawid_skene;
mod em;
mod glad;
mod mace;
mod majority;
mod one_coin;
mod result;
#[cfg(test)]
mod tests;
mod wawa;

use super::Ratings;
use crate::domain::words;
pub use result::{Aggregation, Annotator, Ruling, Truth};

words! {
    /// How answers are joined.
    Method: "method of aggregation" {
        /// The most frequent answer; ties stay open.
        Majority = "majority",
        /// Votes weighted by how often the annotator is with the majority ("worker agreement with aggregate").
        Wawa = "wawa",
        /// Each annotator has a confusion matrix (Dawid & Skene 1979).
        DawidSkene = "dawid-skene",
        /// Each annotator has one probability of being right (Zhang, Chen, Zhou & Jordan 2014).
        OneCoin = "one-coin",
        /// Each annotator either knows, or answers by habit (Hovy, Berg-Kirkpatrick, Vaswani & Hovy 2013).
        Mace = "mace",
        /// Annotators have an ability, units a difficulty (Whitehill, Wu, Bergsma, Movellan & Ruvolo 2009).
        Glad = "glad",
    }
}

/// How long and how cautiously the methods that iterate do so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Answers added to every cell of a confusion matrix in Dawid-Skene; 0 is the method of 1979.
    pub smoothing: f64,
    /// Stop when the log-likelihood changes by less than this share of itself.
    pub tolerance: f64,
    /// Stop after so many iterations at the latest.
    pub iterations: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { smoothing: 0.0, tolerance: 1e-10, iterations: 2000 }
    }
}

/// Joins the answers.
pub fn aggregate(ratings: &Ratings, method: Method, settings: &Settings) -> Aggregation {
    match method {
        Method::Majority => majority::majority(ratings),
        Method::Wawa => wawa::wawa(ratings),
        Method::DawidSkene => dawid_skene::dawid_skene(ratings, settings),
        Method::OneCoin => one_coin::one_coin(ratings, settings),
        Method::Mace => mace::mace(ratings, settings),
        Method::Glad => glad::glad(ratings, settings),
    }
}
