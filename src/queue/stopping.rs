//! When to stop: advice with its reason, never enforced.

use crate::domain::Estimate;

/// Consecutive rounds that must agree, and how well (Bloodgood & Vijay-Shanker 2009).
const ROUNDS: usize = 3;
const STABLE: f64 = 0.99;
/// A gain of accuracy over the same rounds that counts as none.
const FLAT: f64 = 0.005;

/// What a round leaves for the advice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundSummary {
    /// Answers that it was trained on.
    pub answers: usize,
    /// Accuracy on the evaluation set, if any of it has been answered.
    pub accuracy: Option<Estimate>,
    /// [`kappa`] of its predictions with those of the round before.
    pub kappa: Option<f64>,
}

/// Whether to stop, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Whether more answers would teach this model little.
    pub stop: bool,
    /// In words.
    pub reason: String,
}

/// Judges the rounds so far, oldest first.
///
/// Says stop when the predictions were stable over three rounds and the curve on the evaluation set was flat; where
/// nothing of the evaluation set is answered, it asks for that instead.
pub fn advice(rounds: &[RoundSummary]) -> Advice {
    let go_on = |reason: String| Advice { stop: false, reason };
    if rounds.len() <= ROUNDS {
        return go_on(format!("too early to tell: {} of {} rounds", rounds.len(), ROUNDS + 1));
    }
    let recent = &rounds[rounds.len() - ROUNDS..];
    let kappas: Vec<f64> = recent.iter().filter_map(|r| r.kappa).collect();
    if kappas.len() < ROUNDS {
        return go_on("the predictions of the last rounds cannot be compared".to_owned());
    }
    let mean = kappas.iter().sum::<f64>() / ROUNDS as f64;
    if mean < STABLE {
        return go_on(format!("predictions still change: mean κ {mean:.3} over {ROUNDS} rounds, {STABLE} is stable"));
    }
    let stable = format!("predictions are stable (mean κ {mean:.3} over {ROUNDS} rounds)");
    let before = rounds[rounds.len() - ROUNDS - 1].accuracy;
    let now = recent.last().and_then(|r| r.accuracy);
    let (Some(before), Some(now)) = (before, now) else {
        return go_on(format!("{stable}, but the evaluation set has too few answers to show a curve"));
    };
    let gain = now.value - before.value;
    let curve = format!("accuracy {:.3} [{:.3}, {:.3}], n={}", now.value, now.low, now.high, now.n);
    if gain > FLAT {
        return go_on(format!("{stable}, but accuracy still rises by {gain:.3} over {ROUNDS} rounds ({curve})"));
    }
    Advice { stop: true, reason: format!("{stable} and the learning curve is flat ({curve})") }
}

/// Cohen's κ of two rounds' predictions for the same items; none where nothing can be compared, 1 where both give one
/// and the same class throughout (Cohen 1960).
pub fn kappa(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.is_empty() || a.len() != b.len() {
        return None;
    }
    let classes = a.iter().chain(b).max().map_or(0, |&m| m as usize + 1);
    let (mut left, mut right, mut same) = (vec![0u64; classes], vec![0u64; classes], 0u64);
    for (&a, &b) in a.iter().zip(b) {
        left[a as usize] += 1;
        right[b as usize] += 1;
        same += u64::from(a == b);
    }
    let n = a.len() as f64;
    let chance: f64 = left.iter().zip(&right).map(|(l, r)| (*l as f64 / n) * (*r as f64 / n)).sum();
    Some(if chance >= 1.0 { 1.0 } else { (same as f64 / n - chance) / (1.0 - chance) })
}
