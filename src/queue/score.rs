//! How unsure a model is of one item. Cases: docs of each function, checked in the tests.

/// 1 − the largest probability.
pub(super) fn least_confidence(p: &[f32]) -> f32 {
    1.0 - p.iter().copied().fold(0.0, f32::max)
}

/// The largest probability less the second largest.
pub(super) fn margin(p: &[f32]) -> f32 {
    let (mut first, mut second) = (0.0f32, 0.0f32);
    for &p in p {
        if p > first {
            (first, second) = (p, first);
        } else if p > second {
            second = p;
        }
    }
    first - second
}

/// −Σ p ln p, in nats.
pub(super) fn entropy(p: &[f32]) -> f32 {
    -p.iter().filter(|&&p| p > 0.0).map(|p| p * p.ln()).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checked_cases() {
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        let (a, b) = ([0.2, 0.5, 0.3], [0.7, 0.1, 0.2]);
        close(least_confidence(&a), 0.5);
        close(least_confidence(&b), 0.3);
        close(1.0 - margin(&a), 0.8);
        close(1.0 - margin(&b), 0.5);
        close(entropy(&a), 1.029_653);
        close(entropy(&b), 0.801_819);
        close(entropy(&[1.0, 0.0]), 0.0);
    }
}
