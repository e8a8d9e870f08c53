//! What should be looked at about somebody. These are signs and no proof: each says what it stands on.

use crate::clock::Millis;
use crate::domain::{Estimate, FEW};
use crate::workflow::agreement::PersonAgreement;
use std::cmp::Ordering;

/// A warning stands on at least so many.
pub(super) const ENOUGH: usize = 30;
/// Nobody takes in even a short text and judges it in less, in milliseconds: twice the look that the Label screen asks for
/// before it takes a key.
const READ_MS: Millis = 500;

/// The middle of the other people: what somebody is held against.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Of their median times for an answer.
    pub pace: Option<Millis>,
    /// Of what each agrees with the rest.
    pub kappa: Option<f64>,
}

pub(super) fn median<T: Copy>(values: impl Iterator<Item = T>, order: impl Fn(&T, &T) -> Ordering) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_by(order);
    values.get(values.len() / 2).copied()
}

/// What should be looked at. These are signs and no proof: each says what it stands on.
pub(super) fn warnings(
    pace: Option<(Millis, usize)>,
    others: &Others,
    agreement: Option<&PersonAgreement>,
) -> Vec<String> {
    let mut warnings: Vec<String> = pace.and_then(|(own, n)| too_fast(own, n, others.pace)).into_iter().collect();
    let Some(a) = agreement.filter(|a| a.units >= ENOUGH) else { return warnings };
    if let Some((label, own, rest)) = a.habit.as_ref().filter(|(_, own, rest)| *own >= 0.9 && *rest <= 0.6) {
        let [own, rest] = [own, rest].map(|share| 100.0 * share);
        let n = a.units;
        warnings.push(format!("always the same? {label} on {own:.0}% of {n} items; others give it on {rest:.0}%"));
    }
    // Where nobody agrees with anybody, that says nothing about one of them.
    if let Ok(kappa) = &a.kappa
        && let Some(usual) = others.kappa
        && let Some((low, high)) = kappa.ci95.filter(|(_, high)| *high < usual.min(0.2))
    {
        let (value, n) = (kappa.value, a.units);
        warnings.push(format!(
            "at random? κ with the rest {value:.2} [{low:.2}, {high:.2}] on {n} items; of the others {usual:.2} in the median"
        ));
    }
    warnings
}

/// Whoever takes a third of the others' time, or less than anybody needs to read.
fn too_fast(own: Millis, n: usize, usual: Option<Millis>) -> Option<String> {
    if n < ENOUGH {
        return None;
    }
    let seconds = |ms: Millis| ms as f64 / 1000.0;
    let head = format!("too fast? {:.1} s an answer in the median (n={n})", seconds(own));
    match usual.filter(|usual| own * 3 < *usual) {
        Some(usual) => Some(format!("{head}, the others {:.1} s", seconds(usual))),
        None => {
            (own < READ_MS).then(|| format!("{head}: nobody reads and judges in less than {:.1} s", seconds(READ_MS)))
        }
    }
}

/// Whoever is right about no more of the gold than by saying always what is true most often.
pub(super) fn guessed(gold: Estimate, (label, n): (&str, usize)) -> Option<String> {
    let usual = n as f64 / gold.n.max(1) as f64;
    (gold.n >= FEW && gold.high <= usual).then(|| {
        let Estimate { value, low, high, n, .. } = gold;
        format!("at random? right about {value:.2} [{low:.2}, {high:.2}] of {n} gold items; always {label:?} would be about {usual:.2}")
    })
}
