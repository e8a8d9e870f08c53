//! A number that estimates something, with how sure it is.

/// On fewer cases than these a rate says nothing, and is not shown.
pub const FEW: usize = 10;

/// A rate with its 95% interval and the number of cases behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The rate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Cases.
    pub n: usize,
}

impl Estimate {
    /// The rate `hits` of `n` with Wilson's 95% interval (Wilson 1927); none of no cases.
    pub fn wilson(hits: usize, n: usize) -> Option<Self> {
        if n == 0 {
            return None;
        }
        const Z: f64 = 1.959_963_984_540_054;
        let (cases, share) = (n as f64, Z * Z / n as f64);
        let value = hits as f64 / cases;
        let middle = (value + share / 2.0) / (1.0 + share);
        let half = Z / (1.0 + share) * (value * (1.0 - value) / cases + share / (4.0 * cases)).sqrt();
        Some(Self { value, low: (middle - half).max(0.0), high: (middle + half).min(1.0), n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_checked_cases() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        let e = Estimate::wilson(30, 100).expect("cases");
        close(e.value, 0.3);
        close(e.low, 0.218_949);
        close(e.high, 0.395_849);
        let none = Estimate::wilson(0, 10).expect("cases");
        close(none.low, 0.0);
        close(none.high, 0.277_533);
        assert_eq!(Estimate::wilson(0, 0), None);
    }
}
