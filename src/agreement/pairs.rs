//! Who agrees with whom: every pair of annotators, and each annotator against the rest.

use super::Ratings;
use super::cohen::cohen_kappa;
use super::distance::Distance;
use super::estimate::{Undefined, Value};
use super::scale::Weights;
use rayon::prelude::*;

/// Two annotators on the units that both answered.
#[derive(Debug, Clone, PartialEq)]
pub struct PairAgreement {
    /// The one with the lower index.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Units that both answered; at least one.
    pub units: usize,
    /// The share of them on which both gave the same answer.
    pub observed: f64,
    /// Cohen's κ, with the interval that its standard error gives.
    pub cohen_kappa: Result<Value, Undefined>,
}

/// Compares every two annotators who share a unit; κ with these weights, by index of the annotators.
pub fn pairs(ratings: &Ratings, weights: Weights) -> Vec<PairAgreement> {
    let by_rater = ratings.by_rater();
    let distance = Distance::new(weights, ratings.scale());
    let of_one = |a: u32| {
        let mut said: Vec<Vec<(u32, u32)>> = vec![Vec::new(); ratings.raters()];
        for &(unit, own) in by_rater.of(a as usize) {
            for (b, other) in ratings.said_last(unit as usize).filter(|&(b, _)| b > a) {
                said[b as usize].push((own, other));
            }
        }
        let shared = said.iter().enumerate().filter(|(_, said)| !said.is_empty());
        shared.map(|(b, said)| pair(a, b as u32, said, distance.as_ref())).collect::<Vec<_>>()
    };
    (0..ratings.raters() as u32).into_par_iter().flat_map_iter(of_one).collect()
}

fn pair(a: u32, b: u32, said: &[(u32, u32)], distance: Result<&Distance<'_>, &Undefined>) -> PairAgreement {
    let same = said.iter().filter(|(a, b)| a == b).count();
    let cells = said.iter().map(|&(a, b)| (a, b, 1));
    PairAgreement {
        a,
        b,
        units: said.len(),
        observed: same as f64 / said.len() as f64,
        cohen_kappa: distance.map_err(|&why| why).and_then(|distance| cohen_kappa(cells, distance)),
    }
}

/// One annotator against all others.
#[derive(Debug, Clone, PartialEq)]
pub struct RaterAgreement {
    /// The annotator.
    pub rater: u32,
    /// Units that the annotator answered.
    pub answers: usize,
    /// Of them, those that somebody else answered too.
    pub units: usize,
    /// The share of the others who said the same, averaged over these units.
    pub observed: Result<f64, Undefined>,
    /// Agreement with somebody drawn from the rest, corrected for chance (Vanbelle & Albert 2009: κ between an isolated
    /// rater and a group), with an interval from the influence of each unit.
    pub kappa: Result<Value, Undefined>,
    /// On these units, how often the annotator gave each category; adds up to 1, or is all 0.
    pub own: Vec<f64>,
    /// On these units, how often the others did, every unit weighing the same. `own` less `rest` is the annotator's
    /// bias.
    pub rest: Vec<f64>,
}

/// Sets every annotator against the rest, in the order of the annotators.
pub fn against_the_rest(ratings: &Ratings) -> Vec<RaterAgreement> {
    let by_rater = ratings.by_rater();
    let active = ratings.active().len();
    let one = |rater: u32| against(ratings, by_rater.of(rater as usize), rater, active);
    (0..ratings.raters() as u32).into_par_iter().map(one).collect()
}

fn against(ratings: &Ratings, answers: &[(u32, u32)], rater: u32, active: usize) -> RaterAgreement {
    let others = |unit: u32| {
        let others = ratings.said_last(unit as usize).filter(move |said| said.0 != rater).map(|said| said.1);
        (others.clone().count(), others)
    };
    let categories = ratings.categories();
    let (mut own, mut rest, mut seen, mut units) = (vec![0.0; categories], vec![0.0; categories], 0.0, 0.0);
    for &(unit, category) in answers {
        let (count, others) = others(unit);
        if count > 0 {
            units += 1.0;
            own[category as usize] += 1.0;
            let share = 1.0 / count as f64;
            for other in others {
                rest[other as usize] += share;
                seen += if other == category { share } else { 0.0 };
            }
        }
    }
    let mut found = RaterAgreement {
        rater,
        answers: answers.len(),
        units: units as usize,
        observed: Err(Undefined::NoPairs),
        kappa: Err(match active {
            0 => Undefined::NoAnswers,
            1 => Undefined::OneAnnotator,
            _ => Undefined::NoPairs,
        }),
        own,
        rest,
    };
    if units == 0.0 {
        found.observed = found.kappa.as_ref().map(|kappa| kappa.value).map_err(|&why| why);
        return found;
    }
    found.own.iter_mut().chain(&mut found.rest).for_each(|share| *share /= units);
    let seen = seen / units;
    found.observed = Ok(seen);
    let used = found.own.iter().zip(&found.rest).filter(|(own, rest)| **own + **rest > 0.0).count();
    if used < 2 {
        found.kappa = Err(Undefined::OneLabel);
        return found;
    }
    let chance: f64 = found.own.iter().zip(&found.rest).map(|(own, rest)| own * rest).sum();
    let kappa = (seen - chance) / (1.0 - chance);
    let mut squares = 0.0;
    for &(unit, category) in answers {
        let (count, others) = others(unit);
        if count > 0 {
            let share = 1.0 / count as f64;
            let (mut agree, mut pull) = (0.0, found.rest[category as usize]);
            for other in others {
                agree += if other == category { share } else { 0.0 };
                pull += share * found.own[other as usize];
            }
            let influence = (agree - seen) - (1.0 - kappa) * (pull - 2.0 * chance);
            squares += (influence / (1.0 - chance)).powi(2);
        }
    }
    found.kappa = Ok(Value::normal(kappa, squares.sqrt() / units));
    found
}
