//! A coefficient's value, or why it has none.

use super::scale::Weights;
use crate::domain::words;

words! {
    /// A coefficient of agreement.
    Name: "coefficient" {
        /// The share of pairs of answers to one unit that agree, averaged over the units.
        PercentAgreement = "percent_agreement",
        /// Two annotators, each with chances of their own (Cohen 1960, 1968).
        CohenKappa = "cohen_kappa",
        /// Any number of annotators who share one set of chances (Fleiss 1971).
        FleissKappa = "fleiss_kappa",
        /// All labels equally likely by chance, any number of annotators (Randolph 2005): the same number as
        /// Brennan & Prediger's.
        Randolph = "randolph",
        /// Two annotators who share one set of chances (Scott 1955).
        ScottPi = "scott_pi",
        /// Any number of annotators, any distance, corrected for small samples (Krippendorff 1970, 2011).
        KrippendorffAlpha = "krippendorff_alpha",
        /// Chance from the hard units alone, so that a rare label does no harm (Gwet 2008).
        GwetAc1 = "gwet_ac1",
        /// The same with partial credit (Gwet 2014).
        GwetAc2 = "gwet_ac2",
        /// All labels equally likely by chance (Brennan & Prediger 1981).
        BrennanPrediger = "brennan_prediger",
    }
}

/// Why a coefficient has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Nobody answered.
    #[error("nothing is answered yet")]
    NoAnswers,
    /// A single annotator answered.
    #[error("only one annotator answered")]
    OneAnnotator,
    /// No unit has two answers.
    #[error("no unit has two answers")]
    NoPairs,
    /// All answers are equal, so that chance cannot be told from agreement.
    #[error("all answers are the same label, so agreement by chance is certain")]
    OneLabel,
    /// The label was never given.
    #[error("nobody gave this label where two answers can be compared")]
    NeverGiven,
    /// The label set holds a single label.
    #[error("there is only one label to choose from")]
    OneCategory,
    /// A coefficient for two annotators, and there are more.
    #[error("it compares two annotators, and {0} answered: see the pairs")]
    NotTwo(usize),
    /// The answers carry no such distance.
    #[error("answers of this kind have no {0} distance")]
    NotOnThisScale(Weights),
    /// A ratio needs a true zero as its least value.
    #[error("a ratio distance needs values that are not negative")]
    NegativeRatio,
    /// The coefficient has no such variant.
    #[error("{0} has no variant with {1} weights")]
    NoVariant(Name, Weights),
    /// Nobody marked anything.
    #[error("nobody marked a span")]
    NoSpans,
}

/// A number with what is known about its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The number.
    pub value: f64,
    /// The 95% interval, low and high, where one was asked for and could be computed.
    pub ci95: Option<(f64, f64)>,
    /// The asymptotic standard error, where the coefficient has one.
    pub standard_error: Option<f64>,
}

impl Value {
    /// A number alone.
    pub(super) fn bare(value: f64) -> Self {
        Self { value, ci95: None, standard_error: None }
    }

    /// A number with its standard error, from which the interval follows, kept within −1 … 1.
    pub(super) fn normal(value: f64, standard_error: f64) -> Self {
        let half = 1.959_963_984_540_054 * standard_error;
        Self {
            value,
            ci95: Some(((value - half).max(-1.0), (value + half).min(1.0))),
            standard_error: Some(standard_error),
        }
    }
}

/// One coefficient of one set of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// Which.
    pub name: Name,
    /// With which distance between answers.
    pub weights: Weights,
    /// The number, or why there is none.
    pub outcome: Result<Value, Undefined>,
    /// Units that it could use: those with two answers.
    pub units: usize,
    /// Units that there are.
    pub of: usize,
}
