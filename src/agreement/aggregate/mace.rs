//! MACE: learning whom to trust (Hovy, Berg-Kirkpatrick, Vaswani & Hovy, NAACL 2013).

use super::em::{Rates, run};
use super::{Aggregation, Method, Settings};
use crate::agreement::Ratings;

/// An annotator knows the truth with probability θ and then says it; else they answer by a habit ξ of their own,
/// whatever the unit. All categories are equally likely beforehand. Fitted by EM with the paper's smoothing of .01 over
/// the number of categories; it starts from the majority instead of the paper's random restarts, so that it needs no
/// seed.
pub(super) fn mace(ratings: &Ratings, settings: &Settings) -> Aggregation {
    let q = ratings.categories();
    let mut people = vec![Person { knows: 0.5, habit: vec![1.0 / q as f64; q] }; ratings.raters()];
    let rest = run(ratings, settings, |counts| {
        for (rater, person) in people.iter_mut().enumerate() {
            *person = person.next(&counts.said[rater * q * q..][..q * q]);
        }
        Rates { prior: vec![1.0 / q as f64; q], rates: people.iter().flat_map(Person::matrix).collect() }
    });
    let mut found = Aggregation::new(Method::Mace, ratings, rest.posterior, None);
    (found.iterations, found.converged) = (rest.iterations, rest.converged);
    found.log_likelihood = Some(rest.log_likelihood);
    for (annotator, person) in found.annotators.iter_mut().zip(&people) {
        annotator.skill = annotator.skill.map(|_| person.knows);
    }
    found
}

#[derive(Clone)]
struct Person {
    knows: f64,
    habit: Vec<f64>,
}

impl Person {
    /// By answer, then truth.
    fn matrix(&self) -> impl Iterator<Item = f64> + '_ {
        let q = self.habit.len();
        (0..q * q).map(move |i| {
            let known = if i / q == i % q { self.knows } else { 0.0 };
            known + (1.0 - self.knows) * self.habit[i / q]
        })
    }

    /// Splits the right answers into known and lucky ones, and takes the shares.
    fn next(&self, said: &[f64]) -> Self {
        let q = self.habit.len();
        let smoothing = 0.01 / q as f64;
        let (mut known, mut all, mut by_habit) = (0.0, 0.0, vec![smoothing; q]);
        for (answer, habit) in by_habit.iter_mut().enumerate() {
            let given: f64 = said[answer * q..][..q].iter().sum();
            let lucky = (1.0 - self.knows) * self.habit[answer];
            let knew = said[answer * q + answer] * self.knows / (self.knows + lucky);
            known += knew;
            all += given;
            *habit += given - knew;
        }
        let habits: f64 = by_habit.iter().sum();
        by_habit.iter_mut().for_each(|habit| *habit /= habits);
        Self { knows: (known + smoothing) / (all + 2.0 * smoothing), habit: by_habit }
    }
}
