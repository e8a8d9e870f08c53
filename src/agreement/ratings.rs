//! Who answered what about which unit, in columns: a million answers are two arrays of numbers and an index.

use super::scale::Scale;
use std::ops::Range;

/// One answer: who said which category of which unit. All three count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// The unit: an item, a token.
    pub unit: u32,
    /// The annotator.
    pub rater: u32,
    /// The category, as an index into the scale.
    pub category: u32,
}

/// All answers to one question: any number of annotators, any number of answers a unit.
///
/// An annotator may have answered a unit more than once; the coefficients over all annotators then count every answer,
/// what names annotators (pairs, Cohen, one against the rest) the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    scale: Scale,
    raters: usize,
    starts: Vec<u32>,
    rater: Vec<u32>,
    category: Vec<u32>,
    /// Whether the annotator answered the unit again later.
    again: Vec<bool>,
}

/// An answer that names what there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("answer {at} names {what} {given}, but there are {known}, counted from 0")]
pub struct NoSuch {
    /// Which answer, counted from 0.
    pub at: usize,
    /// "unit", "annotator" or "category".
    pub what: &'static str,
    /// What it named.
    pub given: u32,
    /// How many there are.
    pub known: usize,
}

impl Ratings {
    /// Gathers answers by unit, in one pass; within a unit they keep their order.
    ///
    /// # Errors
    /// An answer names a unit, an annotator or a category that there is not.
    pub fn new(scale: Scale, units: usize, raters: usize, answers: &[Rating]) -> Result<Self, NoSuch> {
        let mut starts = vec![0u32; units + 1];
        for (at, answer) in answers.iter().enumerate() {
            let check = |what, given: u32, known| {
                if (given as usize) < known { Ok(()) } else { Err(NoSuch { at, what, given, known }) }
            };
            check("unit", answer.unit, units)?;
            check("annotator", answer.rater, raters)?;
            check("category", answer.category, scale.categories())?;
            starts[answer.unit as usize + 1] += 1;
        }
        for unit in 0..units {
            starts[unit + 1] += starts[unit];
        }
        let mut next = starts.clone();
        let (mut rater, mut category) = (vec![0; answers.len()], vec![0; answers.len()]);
        for answer in answers {
            let slot = &mut next[answer.unit as usize];
            rater[*slot as usize] = answer.rater;
            category[*slot as usize] = answer.category;
            *slot += 1;
        }
        let mut again = vec![false; answers.len()];
        // By annotator: the unit that was last seen to be answered, counted from 1, going backwards.
        let mut seen = vec![0; raters];
        for unit in (0..units).rev() {
            for at in (starts[unit] as usize..starts[unit + 1] as usize).rev() {
                let last = &mut seen[rater[at] as usize];
                again[at] = *last == unit + 1;
                *last = unit + 1;
            }
        }
        Ok(Self { scale, raters, starts, rater, category, again })
    }

    /// The same answers about some of the units alone, which are then counted anew: one slice, one month, one revision
    /// of the guidelines.
    #[must_use]
    pub fn select(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut kept = Self {
            scale: self.scale.clone(),
            raters: self.raters,
            starts: vec![0],
            rater: Vec::new(),
            category: Vec::new(),
            again: Vec::new(),
        };
        for unit in (0..self.units()).filter(|&unit| keep(unit)) {
            let span = self.span(unit);
            kept.rater.extend_from_slice(&self.rater[span.clone()]);
            kept.category.extend_from_slice(&self.category[span.clone()]);
            kept.again.extend_from_slice(&self.again[span]);
            kept.starts.push(kept.rater.len() as u32);
        }
        kept
    }

    /// What the categories mean.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// How many units, answered or not.
    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many annotators, whether or not they answered.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// How many categories there are to choose from.
    pub fn categories(&self) -> usize {
        self.scale.categories()
    }

    /// How many answers.
    pub fn answers(&self) -> usize {
        self.rater.len()
    }

    /// The annotators who answered anything, in ascending order.
    pub fn active(&self) -> Vec<u32> {
        let mut seen = vec![false; self.raters];
        self.rater.iter().for_each(|&rater| seen[rater as usize] = true);
        (0..self.raters as u32).filter(|&rater| seen[rater as usize]).collect()
    }

    /// Who answered a unit, and what they said.
    pub fn unit(&self, unit: usize) -> (&[u32], &[u32]) {
        let span = self.span(unit);
        (&self.rater[span.clone()], &self.category[span])
    }

    /// Who answered a unit with what.
    pub(super) fn said(&self, unit: usize) -> impl Iterator<Item = (u32, u32)> + Clone {
        let (raters, categories) = self.unit(unit);
        raters.iter().copied().zip(categories.iter().copied())
    }

    /// Like [`Self::said`], with the last answer alone of who answered twice.
    pub(super) fn said_last(&self, unit: usize) -> impl Iterator<Item = (u32, u32)> + Clone {
        self.said(unit).zip(&self.again[self.span(unit)]).filter(|(_, again)| !**again).map(|(said, _)| said)
    }

    /// What annotators said of a unit before they answered it again.
    pub(super) fn said_before(&self, unit: usize) -> impl Iterator<Item = (u32, u32)> + Clone {
        self.said(unit).zip(&self.again[self.span(unit)]).filter(|(_, again)| **again).map(|(said, _)| said)
    }

    fn span(&self, unit: usize) -> Range<usize> {
        self.starts[unit] as usize..self.starts[unit + 1] as usize
    }

    /// Every annotator's units with their last answer, in the order of the units.
    pub(super) fn by_rater(&self) -> ByRater {
        let mut starts = vec![0u32; self.raters + 1];
        for unit in 0..self.units() {
            self.said_last(unit).for_each(|(rater, _)| starts[rater as usize + 1] += 1);
        }
        for rater in 0..self.raters {
            starts[rater + 1] += starts[rater];
        }
        let mut next = starts.clone();
        let mut said = vec![(0, 0); starts[self.raters] as usize];
        for unit in 0..self.units() {
            for (rater, category) in self.said_last(unit) {
                said[next[rater as usize] as usize] = (unit as u32, category);
                next[rater as usize] += 1;
            }
        }
        ByRater { starts, said }
    }
}

/// The answers gathered by annotator.
pub(super) struct ByRater {
    starts: Vec<u32>,
    said: Vec<(u32, u32)>,
}

impl ByRater {
    /// What an annotator said, as unit and category.
    pub(super) fn of(&self, rater: usize) -> &[(u32, u32)] {
        &self.said[self.starts[rater] as usize..self.starts[rater + 1] as usize]
    }
}
