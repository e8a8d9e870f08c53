//! The strategies' names.

use crate::domain::UnknownWord;
use std::fmt;
use std::str::FromStr;

/// How the learn lane is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Strategy {
    /// By a seeded hash.
    Random,
    /// Largest 1 − max p first.
    LeastConfidence,
    /// Smallest p₁ − p₂ first, strictly.
    Margin,
    /// Largest −Σ p ln p first.
    Entropy,
    /// Typical items of parts that no answer has reached.
    Coverage,
    /// Largest probability of this label first, spread over a batch.
    Seek(String),
    /// Largest entropy of a committee's votes first, spread over a batch.
    Committee,
    /// Largest (1 − (p₁ − p₂)) · mean similarity first, spread over a batch.
    Density,
    /// Answered items that people, and the model with them, differ about, then as the default.
    Disagreement,
    /// Long gradients that differ, drawn by k-means++; for many classes.
    Badge,
    /// Smallest p₁ − p₂ first, spread over a batch.
    #[default]
    DiverseMargin,
}

const NAMES: [&str; 11] = [
    "random",
    "least-confidence",
    "margin",
    "entropy",
    "coverage",
    "seek LABEL",
    "committee",
    "density",
    "disagreement",
    "badge",
    "diverse-margin",
];

impl Strategy {
    /// The name without a label.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::LeastConfidence => "least-confidence",
            Self::Margin => "margin",
            Self::Entropy => "entropy",
            Self::Coverage => "coverage",
            Self::Seek(_) => "seek",
            Self::Committee => "committee",
            Self::Density => "density",
            Self::Disagreement => "disagreement",
            Self::Badge => "badge",
            Self::DiverseMargin => "diverse-margin",
        }
    }

    /// What the score of an item is, as a person reads it.
    pub fn quantity(&self) -> &'static str {
        match self {
            Self::Random => "none",
            Self::LeastConfidence => "1 − max p",
            Self::Margin | Self::DiverseMargin => "p₁ − p₂",
            Self::Entropy => "entropy in nats",
            Self::Coverage => "mean similarity to neighbours",
            Self::Seek(_) => "p of the label sought",
            Self::Committee => "entropy of the committee's votes, in nats",
            Self::Density => "(1 − (p₁ − p₂)) · mean similarity",
            Self::Disagreement => "entropy of answers and model, in nats",
            Self::Badge => "length of the gradient",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seek(label) => write!(f, "seek {label}"),
            other => f.write_str(other.name()),
        }
    }
}

impl FromStr for Strategy {
    type Err = UnknownWord;

    fn from_str(s: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord { what: "strategy", word: s.to_owned(), known: NAMES.to_vec() };
        match s.trim() {
            "random" => Ok(Self::Random),
            "least-confidence" => Ok(Self::LeastConfidence),
            "margin" => Ok(Self::Margin),
            "entropy" => Ok(Self::Entropy),
            "coverage" => Ok(Self::Coverage),
            "committee" => Ok(Self::Committee),
            "density" => Ok(Self::Density),
            "disagreement" => Ok(Self::Disagreement),
            "badge" => Ok(Self::Badge),
            "diverse-margin" => Ok(Self::DiverseMargin),
            other => match other.strip_prefix("seek").map(|rest| (rest.starts_with(' '), rest.trim())) {
                Some((true, label)) if !label.is_empty() => Ok(Self::Seek(label.to_owned())),
                _ => Err(unknown()),
            },
        }
    }
}
