//! Where an item stands for one person, and in which order items come.

use crate::clock::Millis;
use crate::domain::{Lane, PersonId, Said};
use crate::project::CurrentAnswer;

/// What one person said to an item, as far as serving it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mine {
    /// Nothing, or something about a text that has changed since.
    #[default]
    Nothing,
    /// A value.
    Value,
    /// Skipped.
    Skipped,
}

/// Where an item stands for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How many people's values hold.
    pub values: u32,
    /// What this person said.
    pub mine: Mine,
    /// When this person gave a value that may be asked of them once more, UTC milliseconds.
    pub given: Option<Millis>,
    /// Whether it has a ruling, so that nobody need be asked.
    pub ruled: bool,
    /// Whether it was sent back and waits for an answer.
    pub review: bool,
}

impl Standing {
    /// Counts one person's current answer; one to a text that has changed since counts as none.
    pub fn hear(&mut self, answer: &CurrentAnswer, me: Option<PersonId>) {
        if answer.stale {
            return;
        }
        let has_value = matches!(answer.said, Said::Value(_));
        self.values += u32::from(has_value);
        if Some(answer.person) == me {
            self.mine = if has_value { Mine::Value } else { Mine::Skipped };
            // What came back once does not come back.
            self.given = Some(answer.at).filter(|_| has_value && answer.lane != Lane::Again);
        }
    }
}

/// The order of the learn lane, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// The round it comes from; none before the first.
    pub round: Option<u32>,
    /// Items.
    pub items: Vec<u32>,
    /// The strategy's raw quantity of each, where it has one.
    pub scores: Vec<f32>,
    /// How many people's values each of the first so many has, all of them items that are asked again.
    pub again: Vec<u32>,
}

/// An item that could be served, with its place in the lane's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The item.
    pub seq: u32,
    /// Its place, from 1.
    pub rank: u32,
}

/// What is asked of several people, and whether this person is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// How many people are asked about an item.
    pub answers: u32,
    /// The items that several people may be asked about; none for all.
    pub share: Option<Vec<u32>>,
    /// Whether this person is asked what others answered.
    pub asked: bool,
}

impl Overlap {
    /// All items are asked of so many people, and this person is one of them.
    pub fn of(answers: u32) -> Self {
        Self { answers, share: None, asked: true }
    }
}
