//! Temperature scaling (Guo, Pleiss, Sun & Weinberger 2017): one number that makes probabilities mean what they say.

use crate::ids::mix;

/// One in so many examples is held out, of at most so many.
const FOLDS: usize = 5;
const HELD_OUT: usize = 1000;
/// With fewer held-out examples the temperature stays 1.
const ENOUGH: usize = 10;
/// What a temperature other than 1 has to gain: so many nats times (ln T)².
const PRIOR: f64 = 2.0;

/// Divides examples by a seed: first those to hold out, then those to fit to. None where there are too few.
pub(super) fn divide(examples: &[(u32, u32)], seed: u64) -> Option<(Vec<u32>, Vec<u32>)> {
    let held = (examples.len() / FOLDS).min(HELD_OUT);
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    order.sort_by_key(|&i| mix(seed ^ 0x7465_6D70, u64::from(i)));
    let rest = order.split_off(held);
    (held >= ENOUGH).then_some((order, rest))
}

/// The temperature of a fit of our own, which has few examples to find it by.
pub(super) fn temperature(held: &[(Vec<f32>, usize)]) -> f32 {
    temperature_of(held, PRIOR)
}

/// The temperature under which scores of held-out examples, with their classes, have the least loss, where one other
/// than 1 has to gain `prior`·(ln T)² nats; 1 of no examples.
pub fn temperature_of(held: &[(Vec<f32>, usize)], prior: f64) -> f32 {
    if held.is_empty() {
        return 1.0;
    }
    let total = |factor: f64| held.iter().map(|(z, class)| loss(z, *class, factor)).sum::<f64>();
    least(-3.0, 3.0, |u| prior * u * u + total((-u).exp())).exp() as f32
}

/// −ln of the class's probability when all scores are multiplied by `factor`.
fn loss(z: &[f32], class: usize, factor: f64) -> f64 {
    let most = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scaled = |z: f32| f64::from(z - most) * factor;
    z.iter().map(|&z| scaled(z).exp()).sum::<f64>().ln() - scaled(z[class])
}

/// Where a function with one valley is least between two points: golden section (Kiefer 1953).
fn least(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    while high - low > 1e-3 {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = f(right);
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_is_found() {
        assert!((least(-3.0, 3.0, |x| (x - 0.7).powi(2)) - 0.7).abs() < 1e-3);
    }

    #[test]
    fn loss_at_factor_one_is_the_log_loss() {
        let z = [0.2f32.ln(), 0.5f32.ln(), 0.3f32.ln()];
        assert!((loss(&z, 1, 1.0) + 0.5f64.ln()).abs() < 1e-6);
        assert!(loss(&z, 1, 2.0) < loss(&z, 1, 1.0));
    }

    #[test]
    fn timid_scores_are_sharpened_and_bold_ones_damped() {
        let held = |size: f32| (0..100).map(|i| (vec![size, 0.0], usize::from(i % 10 == 0))).collect::<Vec<_>>();
        let right = 9.0f32.ln();
        assert!((temperature(&held(right)) - 1.0).abs() < 1e-2);
        assert!((temperature(&held(right / 4.0)) - 0.25).abs() < 0.05);
        assert!((temperature(&held(right * 4.0)) - 4.0).abs() < 0.8);
        assert!((temperature(&[]) - 1.0).abs() < 1e-2);
    }

    #[test]
    fn few_examples_are_not_divided() {
        assert_eq!(divide(&[(0, 0); 49], 0), None);
        let (held, rest) = divide(&[(0, 0); 50], 0).expect("enough");
        assert_eq!((held.len(), rest.len()), (10, 40));
    }
}
