//! The agreement on one half of a session, as it was when the step was taken.

use crate::agreement::Name;
use crate::domain::{Calibration, Question};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::agreement::{Gathered, measure};
use serde_json::{Value as Json, json};

/// The agreement on one half.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Krippendorff's α with the weights that suit the question best; of spans that on tokens. None where it is undefined.
    pub alpha: Option<f64>,
    /// Its 95% interval.
    pub ci95: Option<(f64, f64)>,
    /// Why there is no α.
    pub reason: Option<String>,
    /// The weights.
    pub weights: String,
    /// The share of pairs of answers that are the same.
    pub percent: Option<f64>,
    /// Items of the half.
    pub items: usize,
    /// Items that two people answered.
    pub pairable: usize,
    /// Answers with a value.
    pub answers: usize,
    /// People who gave one.
    pub people: usize,
    /// The revision of the guidelines that held; 0 where there was none.
    pub guidelines: u32,
}

/// After less before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference of the two α.
    pub value: f64,
    /// Its 95% interval, from those of the two (Zou & Donner 2008): the halves hold different items.
    pub ci95: Option<(f64, f64)>,
}

impl Kept {
    /// Measures a half by what its participants say now.
    pub fn of(project: &Project, question: &Question, session: &Calibration, half: usize) -> Result<Self> {
        let items = &session.halves[half];
        let gathered = Gathered::about(project, question, items, &session.people)?;
        let panel = measure(project, question, &gathered, None, session.seed)?;
        let outcome = match (&panel.spans, panel.headline()) {
            (Some(spans), _) => Some((spans.token_alpha, "tokens".to_owned())),
            (None, Some(alpha)) => Some((alpha.outcome, alpha.weights.to_string())),
            (None, None) => None,
        };
        let percent = panel.coefficients.iter().find(|c| c.name == Name::PercentAgreement);
        let (alpha, weights) = match outcome {
            Some((outcome, weights)) => (outcome.map_err(|why| why.to_string()), weights),
            None => (Err(format!("chance says nothing about answers of kind {}", question.kind)), String::new()),
        };
        Ok(Self {
            alpha: alpha.as_ref().ok().map(|alpha| alpha.value),
            ci95: alpha.as_ref().ok().and_then(|alpha| alpha.ci95),
            reason: alpha.err(),
            weights,
            percent: percent.and_then(|c| c.outcome.ok()).map(|v| v.value),
            items: items.len(),
            pairable: panel.pairable,
            answers: panel.answers,
            people: panel.people.len(),
            guidelines: question.guidelines_revision(),
        })
    }

    /// As it is kept and printed.
    pub fn to_json(&self) -> Json {
        json!({
            "alpha": self.alpha, "ci95": self.ci95.map(|(low, high)| [low, high]), "reason": self.reason,
            "weights": self.weights, "percent_agreement": self.percent, "items": self.items,
            "pairable_items": self.pairable, "answers": self.answers, "people": self.people,
            "guidelines": self.guidelines,
        })
    }

    /// Reads what was kept.
    pub fn from_json(json: &Json) -> Self {
        let number = |name: &str| json[name].as_f64();
        let count = |name: &str| json[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let word = |name: &str| json[name].as_str().map(str::to_owned);
        Self {
            alpha: number("alpha"),
            ci95: json["ci95"][0].as_f64().zip(json["ci95"][1].as_f64()),
            reason: word("reason"),
            weights: word("weights").unwrap_or_default(),
            percent: number("percent_agreement"),
            items: count("items"),
            pairable: count("pairable_items"),
            answers: count("answers"),
            people: count("people"),
            guidelines: u32::try_from(count("guidelines")).unwrap_or(0),
        }
    }
}

impl Difference {
    /// How much better people agree after than before, where both are defined.
    pub fn of(before: &Kept, after: &Kept) -> Option<Self> {
        let (a, b) = (before.alpha?, after.alpha?);
        let value = b - a;
        let ci95 = before.ci95.zip(after.ci95).map(|((low_a, high_a), (low_b, high_b))| {
            let below = ((b - low_b).powi(2) + (high_a - a).powi(2)).sqrt();
            let above = ((high_b - b).powi(2) + (a - low_a).powi(2)).sqrt();
            (value - below, value + above)
        });
        Some(Self { value, ci95 })
    }
}
