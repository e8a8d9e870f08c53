//! Words for how good agreement is. They are conventions, not tests.

/// Landis & Koch's word for a κ (1977).
pub fn landis_koch(kappa: f64) -> &'static str {
    match kappa {
        k if k < 0.0 => "poor",
        k if k <= 0.2 => "slight",
        k if k <= 0.4 => "fair",
        k if k <= 0.6 => "moderate",
        k if k <= 0.8 => "substantial",
        _ => "almost perfect",
    }
}

/// What Krippendorff would do with an α (2004): rely on it from .800, draw tentative conclusions from .667.
pub fn krippendorff(alpha: f64) -> &'static str {
    match alpha {
        a if a >= 0.8 => "reliable",
        a if a >= 0.667 => "tentative",
        _ => "unreliable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_where_their_authors_say() {
        let words: Vec<_> = [-0.1, 0.0, 0.2, 0.21, 0.6, 0.61, 0.81].into_iter().map(landis_koch).collect();
        assert_eq!(words, ["poor", "slight", "slight", "fair", "moderate", "substantial", "almost perfect"]);
        assert_eq!([0.666, 0.667, 0.8].map(krippendorff), ["unreliable", "tentative", "reliable"]);
    }
}
