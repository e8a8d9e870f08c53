//! GLAD: whose vote should count more, and on which unit (Whitehill, Wu, Bergsma, Movellan & Ruvolo, NIPS 2009).

use super::em::{chunk, normalise};
use super::{Aggregation, Method, Settings};
use crate::agreement::Ratings;
use rayon::prelude::*;

/// The largest change of an ability or a log-easiness in one step.
const STEP: f64 = 1.0;
/// With a parameter a unit the last digits take long and change no ruling: it rests at so many times the tolerance.
const PATIENCE: f64 = 1000.0;
/// Steps of Newton's method for each unit and annotator between two E-steps.
const STEPS: usize = 2;

/// An annotator of ability α answers a unit of easiness e^b right with probability 1/(1 + exp(−α·e^b)), else any other
/// category. α and b have normal priors of mean 1 and variance 1, as in the paper; all categories are equally likely
/// beforehand.
///
/// A generalised EM from α = b = 1: between two E-steps, one Newton step for all α, then one for all b, twice. What is
/// maximised, and must rest, is the log-likelihood plus the log-density of the priors; the log-likelihood alone is
/// reported.
pub(super) fn glad(ratings: &Ratings, settings: &Settings) -> Aggregation {
    let mut model = Model {
        ability: vec![1.0; ratings.raters()],
        ease: vec![1.0; ratings.units()],
        posterior: super::majority::shares(ratings),
    };
    let (mut last, mut iterations, mut converged) = (f64::NEG_INFINITY, 0, false);
    let mut log_likelihood = model.expect(ratings);
    while !converged && iterations < settings.iterations.max(1) {
        for _ in 0..STEPS {
            model.step_abilities(ratings);
            model.step_eases(ratings);
        }
        log_likelihood = model.expect(ratings);
        let density = log_likelihood + model.log_prior();
        converged = (density - last).abs() <= PATIENCE * settings.tolerance * density.abs();
        last = density;
        iterations += 1;
    }
    let mut found = Aggregation::new(Method::Glad, ratings, model.posterior, None);
    (found.iterations, found.converged) = (iterations, converged);
    found.log_likelihood = Some(log_likelihood);
    for (annotator, &ability) in found.annotators.iter_mut().zip(&model.ability) {
        annotator.skill = annotator.skill.map(|_| ability);
    }
    found
}

struct Model {
    ability: Vec<f64>,
    /// The logarithm of a unit's easiness.
    ease: Vec<f64>,
    posterior: Vec<f64>,
}

impl Model {
    /// Fills in the probabilities of the truth; gives the log-likelihood.
    fn expect(&mut self, ratings: &Ratings) -> f64 {
        let q = ratings.categories();
        let others = (q.saturating_sub(1).max(1) as f64).ln();
        let prior = -(q as f64).ln();
        let units = chunk(ratings, 1);
        let (ability, ease) = (&self.ability, &self.ease);
        let work = |(part, chunk): (usize, &mut [f64])| {
            let mut sum = 0.0;
            for (i, own) in chunk.chunks_exact_mut(q).enumerate() {
                let unit = part * units + i;
                if ratings.unit(unit).0.is_empty() {
                    continue;
                }
                own.fill(prior);
                let easiness = ease[unit].exp();
                for (rater, answer) in ratings.said(unit) {
                    let x = ability[rater as usize] * easiness;
                    // ln σ(x) and ln σ(−x) differ by x.
                    let wrong = log_sigmoid(-x) - others;
                    let right = wrong + others + x;
                    own.iter_mut().for_each(|p| *p += wrong);
                    own[answer as usize] += right - wrong;
                }
                sum += normalise(own);
            }
            sum
        };
        let parts: Vec<f64> = self.posterior.par_chunks_mut((units * q).max(1)).enumerate().map(work).collect();
        parts.iter().sum()
    }

    /// One Newton step for every annotator's ability; the expected log-likelihood is concave in it.
    fn step_abilities(&mut self, ratings: &Ratings) {
        let q = ratings.categories();
        let units = chunk(ratings, 2 * ratings.raters());
        let (ability, posterior) = (&self.ability, &self.posterior);
        let work = |(part, eases): (usize, &[f64])| {
            let mut slopes = vec![(0.0, 0.0); ability.len()];
            for (i, ease) in eases.iter().enumerate() {
                let (unit, easiness) = (part * units + i, ease.exp());
                for (rater, answer) in ratings.said(unit) {
                    let sigma = sigmoid(ability[rater as usize] * easiness);
                    let slope = &mut slopes[rater as usize];
                    slope.0 += (posterior[unit * q + answer as usize] - sigma) * easiness;
                    slope.1 += sigma * (1.0 - sigma) * easiness * easiness;
                }
            }
            slopes
        };
        let parts: Vec<_> = self.ease.par_chunks(units).enumerate().map(work).collect();
        let mut slopes: Vec<(f64, f64)> = self.ability.iter().map(|ability| (1.0 - ability, 1.0)).collect();
        for part in parts {
            slopes.iter_mut().zip(part).for_each(|(slope, more)| *slope = (slope.0 + more.0, slope.1 + more.1));
        }
        let step = |(ability, (slope, bend)): (&mut f64, (f64, f64))| *ability += (slope / bend).clamp(-STEP, STEP);
        self.ability.iter_mut().zip(slopes).for_each(step);
    }

    /// One step of Fisher's scoring for every unit's log-easiness.
    fn step_eases(&mut self, ratings: &Ratings) {
        let q = ratings.categories();
        let (ability, posterior) = (&self.ability, &self.posterior);
        let step = |(unit, ease): (usize, &mut f64)| {
            let easiness = ease.exp();
            let (mut slope, mut bend) = (1.0 - *ease, 1.0);
            for (rater, answer) in ratings.said(unit) {
                let x = ability[rater as usize] * easiness;
                let sigma = sigmoid(x);
                slope += (posterior[unit * q + answer as usize] - sigma) * x;
                bend += sigma * (1.0 - sigma) * x * x;
            }
            *ease += (slope / bend).clamp(-STEP, STEP);
        };
        self.ease.par_iter_mut().enumerate().for_each(step);
    }

    /// The log-density of the priors, but for a constant.
    fn log_prior(&self) -> f64 {
        -0.5 * self.ability.iter().chain(&self.ease).map(|x| (x - 1.0).powi(2)).sum::<f64>()
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln σ(x), exact in both tails.
fn log_sigmoid(x: f64) -> f64 {
    x.min(0.0) - (-x.abs()).exp().ln_1p()
}
