//! All coefficients of one set of answers, with intervals from one set of draws.

use super::Ratings;
use super::coefficients::{standard_error, suited, value};
use super::distance::TABLE;
use super::estimate::{Coefficient, Name, Undefined, Value};
use super::patterns::Patterns;
use super::scale::{Scale, Weights};
use super::sums::{Parts, Sums};
use crate::resampling::{Resampling, intervals};

/// What to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The coefficients, in the order in which they come back.
    pub coefficients: Vec<(Name, Weights)>,
    /// Whether each label is set against all others.
    pub labels: bool,
    /// How intervals are made.
    pub resampling: Resampling,
}

impl Wanted {
    /// Whatever makes sense on a scale, labels too, with a thousand draws.
    pub fn suited(scale: &Scale) -> Self {
        Self { coefficients: suited(scale), labels: true, resampling: Resampling::default() }
    }
}

/// How far annotators agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Units that there are.
    pub units: usize,
    /// Units with an answer.
    pub answered_units: usize,
    /// Units with two answers or more.
    pub pairable_units: usize,
    /// Answers.
    pub answers: usize,
    /// As many as were wanted, in that order.
    pub coefficients: Vec<Coefficient>,
    /// One a label if they were wanted, in their order.
    pub labels: Vec<LabelAgreement>,
}

/// How far annotators agree on whether one label applies.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelAgreement {
    /// The label.
    pub label: u32,
    /// How often it was given to units with two answers or more.
    pub answers: usize,
    /// The share of pairs of answers that agree on whether it applies, averaged over the units.
    pub observed: Result<Value, Undefined>,
    /// Given that one annotator gave it, the probability that another did (Cicchetti & Feinstein 1990, for any number
    /// of annotators).
    pub positive: Result<Value, Undefined>,
    /// Krippendorff's α of this label against all others.
    pub alpha: Result<Value, Undefined>,
}

/// Computes what is wanted of these answers.
pub fn measure(ratings: &Ratings, wanted: &Wanted) -> Agreement {
    let patterns = Patterns::new(ratings);
    let weights: Vec<Weights> = wanted.coefficients.iter().map(|w| w.1).collect();
    let parts = Parts::new(&patterns, ratings.scale(), &weights, wanted.labels);
    let sums = parts.sums(&patterns.frequency);
    let raters = ratings.active().len();
    let outcomes: Vec<_> = (wanted.coefficients.iter())
        .map(|&which| enough(which.0, raters).and_then(|()| value(which, &parts, &patterns.frequency, &sums)))
        .collect();
    let labels: Vec<_> = (0..sums.labels.len()).map(|label| label_values(label, raters, &sums)).collect();

    // With very many different sets of labels, a thousand times their distances would take minutes.
    let resampled = |weights: Weights| match weights {
        Weights::Jaccard | Weights::Masi => ratings.categories() <= TABLE,
        _ => true,
    };
    let live: Vec<(Name, Weights)> = (wanted.coefficients.iter().zip(&outcomes))
        .filter(|(which, outcome)| outcome.is_ok() && resampled(which.1))
        .map(|(which, _)| *which)
        .collect();
    let draw = |frequency: &[u32]| -> Vec<Option<f64>> {
        let sums = parts.sums(frequency);
        let coefficients = live.iter().map(|&which| value(which, &parts, frequency, &sums).ok());
        let labels = (0..sums.labels.len()).flat_map(|label| label_values(label, raters, &sums)).map(Result::ok);
        coefficients.chain(labels).collect()
    };
    let found = intervals(&patterns.frequency, wanted.resampling, live.len() + 3 * labels.len(), draw);
    let mut found = found.into_iter();

    let of = ratings.units();
    let units = sums.units as usize;
    let coefficients = (wanted.coefficients.iter().zip(outcomes))
        .map(|(&(name, weights), outcome)| {
            let drawn = outcome.is_ok() && resampled(weights);
            let ci95 = if drawn { found.next().flatten() } else { None };
            let standard_error = standard_error((name, weights), &parts, &patterns.frequency);
            Coefficient {
                name,
                weights,
                outcome: outcome.map(|value| Value { value, ci95, standard_error }),
                units,
                of,
            }
        })
        .collect();
    let labels = (labels.into_iter().zip(&sums.labels).enumerate())
        .map(|(label, (values, label_sums))| {
            let mut value = |outcome: Result<f64, Undefined>| {
                let ci95 = found.next().flatten();
                outcome.map(|value| Value { value, ci95, standard_error: None })
            };
            let [observed, positive, alpha] = values.map(&mut value);
            LabelAgreement { label: label as u32, answers: label_sums.given as usize, observed, positive, alpha }
        })
        .collect();
    let answered_units = sums.answered as usize;
    Agreement { units: of, answered_units, pairable_units: units, answers: ratings.answers(), coefficients, labels }
}

/// Fails where too few people answered, or too many for this coefficient.
fn enough(name: Name, raters: usize) -> Result<(), Undefined> {
    match (raters, name) {
        (0, _) => Err(Undefined::NoAnswers),
        (1, _) => Err(Undefined::OneAnnotator),
        (3.., Name::CohenKappa | Name::ScottPi) => Err(Undefined::NotTwo(raters)),
        _ => Ok(()),
    }
}

/// Observed agreement, positive agreement and α of one label against all others.
fn label_values(label: usize, raters: usize, sums: &Sums) -> [Result<f64, Undefined>; 3] {
    let own = sums.labels[label];
    if let Err(why) = enough(Name::KrippendorffAlpha, raters) {
        return [Err(why); 3];
    }
    if sums.units == 0.0 {
        return [Err(Undefined::NoPairs); 3];
    }
    let observed = Ok(1.0 - 2.0 * own.mean_apart / sums.units);
    if own.given == 0.0 {
        return [observed, Err(Undefined::NeverGiven), Err(Undefined::NeverGiven)];
    }
    let others = sums.answers - own.given;
    let positive = Ok(1.0 - own.apart / own.given);
    if others == 0.0 {
        return [observed, positive, Err(Undefined::OneLabel)];
    }
    [observed, positive, Ok(1.0 - (sums.answers - 1.0) * own.apart / (own.given * others))]
}
