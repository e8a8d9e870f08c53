//! Dawid-Skene with one number an annotator: right with some probability, else any of the others.

use super::em::{Counts, Rates, run};
use super::{Aggregation, Method, Settings};
use crate::agreement::Ratings;

/// Fitted by EM from the majority's shares, with a prior over the categories. Where most annotators err in the same way
/// it can fall far under the majority: set it against the rulings of people before trusting it.
pub(super) fn one_coin(ratings: &Ratings, settings: &Settings) -> Aggregation {
    let mut skills = Vec::new();
    let rest = run(ratings, settings, |counts| {
        skills = skills_of(counts);
        Rates { prior: counts.prior(), rates: matrices(&skills, counts.mass.len()) }
    });
    let mut found = Aggregation::new(Method::OneCoin, ratings, rest.posterior, None);
    found.prior = rest.rates.prior;
    (found.iterations, found.converged) = (rest.iterations, rest.converged);
    found.log_likelihood = Some(rest.log_likelihood);
    for (annotator, &skill) in found.annotators.iter_mut().zip(&skills) {
        annotator.skill = annotator.skill.map(|_| skill);
    }
    found
}

/// Each annotator's expected share of right answers.
fn skills_of(counts: &Counts) -> Vec<f64> {
    let q = counts.mass.len();
    let skill = |own: &[f64]| {
        let all: f64 = own.iter().sum();
        let right: f64 = (0..q).map(|category| own[category * q + category]).sum();
        if all > 0.0 { right / all } else { 1.0 / q as f64 }
    };
    counts.said.chunks_exact((q * q).max(1)).map(skill).collect()
}

fn matrices(skills: &[f64], q: usize) -> Vec<f64> {
    let wrong = |skill: f64| if q > 1 { (1.0 - skill) / (q - 1) as f64 } else { 0.0 };
    let cell = |skill: f64, i: usize| if i / q == i % q { skill } else { wrong(skill) };
    skills.iter().flat_map(|&skill| (0..q * q).map(move |i| cell(skill, i))).collect()
}
