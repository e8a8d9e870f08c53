//! What an aggregation says of units and of annotators.

use super::Method;
use super::em::Counts;
use crate::agreement::Ratings;

/// Probabilities closer than this are a tie.
const TIE: f64 = 1e-9;

/// The outcome of one method.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregation {
    /// Which.
    pub method: Method,
    /// How many categories there are.
    pub categories: usize,
    /// By unit, then category: the probability that it is the true one (votes as shares, where a method has no
    /// probabilities). All 0 where nobody answered.
    pub probabilities: Vec<f64>,
    /// One an annotator, in their order.
    pub annotators: Vec<Annotator>,
    /// How often each category is the true one, by this method.
    pub prior: Vec<f64>,
    /// Iterations that it took; 0 where a method has none.
    pub iterations: usize,
    /// Whether it came to rest before the iterations ran out.
    pub converged: bool,
    /// ln P(answers), the truth summed out, natural logarithm; where a method has a likelihood.
    pub log_likelihood: Option<f64>,
}

/// What a method says of one unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// One category, and how sure the method is of it.
    Category {
        /// Which.
        category: u32,
        /// Its probability, or its share of the votes.
        confidence: f64,
    },
    /// Several categories are equally good; a person has to say.
    Tie(Vec<u32>),
    /// Nobody answered.
    Unanswered,
}

/// What a method says of one annotator.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotator {
    /// Answers that they gave.
    pub answers: usize,
    /// How good they are, in the method's own terms: the probability of a right answer (majority, Wawa, Dawid-Skene,
    /// one-coin), of knowing (MACE), or an ability from −∞ to ∞ (GLAD). None where they gave no answer.
    pub skill: Option<f64>,
    /// By true category, then answer: how often they give the answer where the category is the true one.
    confusion: Vec<f64>,
    /// By category: the share of their answers less the share of the truth on their units. Adds up to 0.
    pub bias: Vec<f64>,
}

impl Annotator {
    /// What they say where this category is true: adds up to 1. None where they never met it.
    pub fn row(&self, truth: u32) -> Option<&[f64]> {
        let q = self.bias.len();
        let row = &self.confusion[truth as usize * q..][..q];
        (row.iter().sum::<f64>() > 0.0).then_some(row)
    }
}

/// How often a method says what is known to be true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// The share of units on which it does; a tie of k with the truth among them counts 1/k.
    pub accuracy: f64,
    /// Units whose truth is known and that somebody answered.
    pub units: usize,
}

impl Aggregation {
    /// Puts an outcome together; the confusion matrices are those that the probabilities imply unless given.
    pub(super) fn new(method: Method, ratings: &Ratings, probabilities: Vec<f64>, rates: Option<&[f64]>) -> Self {
        let counts = Counts::gather(ratings, &probabilities);
        let annotators = (0..ratings.raters()).map(|rater| annotator(&counts, rater, rates)).collect();
        let all: f64 = counts.mass.iter().sum();
        let prior = counts.mass.iter().map(|mass| if all > 0.0 { mass / all } else { 0.0 }).collect();
        let categories = ratings.categories();
        let (iterations, converged, log_likelihood) = (0, true, None);
        Self { method, categories, probabilities, annotators, prior, iterations, converged, log_likelihood }
    }

    /// The probabilities of a unit's categories.
    pub fn of(&self, unit: usize) -> &[f64] {
        &self.probabilities[unit * self.categories..][..self.categories]
    }

    /// How many units.
    pub fn units(&self) -> usize {
        self.probabilities.len() / self.categories.max(1)
    }

    /// What it says of a unit.
    pub fn ruling(&self, unit: usize) -> Ruling {
        let own = self.of(unit);
        let confidence = own.iter().copied().fold(0.0, f64::max);
        let mut best: Vec<u32> = (0..own.len() as u32).filter(|&c| own[c as usize] > confidence - TIE).collect();
        match (best.pop(), best.is_empty()) {
            (Some(category), true) if confidence > 0.0 => Ruling::Category { category, confidence },
            (Some(last), _) if confidence > 0.0 => {
                best.push(last);
                Ruling::Tie(best)
            }
            _ => Ruling::Unanswered,
        }
    }

    /// The units that it cannot decide, ascending.
    pub fn ties(&self) -> Vec<usize> {
        (0..self.units()).filter(|&unit| matches!(self.ruling(unit), Ruling::Tie(_))).collect()
    }

    /// Sets it against what is known, given as unit and category: gold, or the rulings of people. None where none of
    /// these units is answered.
    pub fn against(&self, truth: impl IntoIterator<Item = (u32, u32)>) -> Option<Truth> {
        let (mut right, mut units) = (0.0, 0);
        for (unit, category) in truth {
            units += 1;
            match self.ruling(unit as usize) {
                Ruling::Category { category: found, .. } => right += f64::from(u8::from(found == category)),
                Ruling::Tie(tied) if tied.contains(&category) => right += 1.0 / tied.len() as f64,
                Ruling::Tie(_) => {}
                Ruling::Unanswered => units -= 1,
            }
        }
        (units > 0).then(|| Truth { accuracy: right / units as f64, units })
    }
}

/// One annotator's matrix, bias and share of right answers.
fn annotator(counts: &Counts, rater: usize, rates: Option<&[f64]>) -> Annotator {
    let q = counts.mass.len();
    let cell = |table: &[f64], truth: usize, answer: usize| table[(rater * q + answer) * q + truth];
    let all: f64 = counts.said[rater * q * q..][..q * q].iter().sum();
    let (mut confusion, mut bias, mut right) = (vec![0.0; q * q], vec![0.0; q], 0.0);
    for truth in 0..q {
        let row: f64 = (0..q).map(|answer| cell(&counts.said, truth, answer)).sum();
        for answer in 0..q {
            let said = cell(&counts.said, truth, answer);
            confusion[truth * q + answer] = match rates {
                Some(rates) => cell(rates, truth, answer),
                None if row > 0.0 => said / row,
                None => 0.0,
            };
            if all > 0.0 {
                bias[answer] += said / all;
                bias[truth] -= said / all;
            }
        }
        right += cell(&counts.said, truth, truth);
    }
    Annotator { answers: all.round() as usize, skill: (all > 0.0).then(|| right / all), confusion, bias }
}
