//! Self-agreement: whether people say the same when an item comes back to them.

use super::labelling::COMES_BACK_MS;
use crate::domain::{Estimate, Kind, PersonId, Question};
use crate::error::Result;
use crate::project::Project;
use crate::queue::stopping::kappa;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// How often somebody said the same again, at least a day later and about the same text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfAgreement {
    /// The share of the same, with its interval and the number of items.
    pub same: Estimate,
    /// Cohen's κ, where what is said is one of several things and more than one was said.
    pub kappa: Option<f64>,
}

impl SelfAgreement {
    /// As JSON.
    pub fn to_json(&self) -> Json {
        let Self { same, kappa } = self;
        json!({"same": same.value, "ci95": [same.low, same.high], "n": same.n, "kappa": kappa})
    }
}

/// Everybody's self-agreement at a question: of those to whom something came back.
pub fn of(project: &Project, question: &Question) -> Result<HashMap<PersonId, SelfAgreement>> {
    let mut said: HashMap<PersonId, Vec<(String, String)>> = HashMap::new();
    for pair in project.came_back(question, COMES_BACK_MS)? {
        said.entry(pair.person).or_default().push((question.spell(&pair.before), question.spell(&pair.after)));
    }
    let nominal = matches!(question.kind, Kind::Choice | Kind::Rating | Kind::Preference);
    Ok(said
        .into_iter()
        .filter_map(|(person, pairs)| {
            let same = Estimate::wilson(pairs.iter().filter(|(before, after)| before == after).count(), pairs.len())?;
            Some((person, SelfAgreement { same, kappa: nominal.then(|| corrected(&pairs)).flatten() }))
        })
        .collect())
}

/// Cohen's κ of what was said before and after; none where everything is one and the same.
fn corrected(pairs: &[(String, String)]) -> Option<f64> {
    let mut classes: HashMap<&str, u32> = HashMap::new();
    let mut class = |name| {
        let next = classes.len() as u32;
        *classes.entry(name).or_insert(next)
    };
    let (before, after): (Vec<u32>, Vec<u32>) = pairs.iter().map(|(b, a)| (class(b), class(a))).unzip();
    (classes.len() > 1).then(|| kappa(&before, &after)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_cohens_and_says_nothing_of_one_label() {
        let pairs = |counts: &[(&str, &str, usize)]| -> Vec<(String, String)> {
            counts.iter().flat_map(|(b, a, n)| vec![((*b).to_owned(), (*a).to_owned()); *n]).collect()
        };
        let found = corrected(&pairs(&[("x", "x", 20), ("x", "y", 5), ("y", "x", 10), ("y", "y", 15)]));
        assert!(found.is_some_and(|kappa| (kappa - 0.4).abs() < 1e-12), "{found:?}");
        assert_eq!(corrected(&pairs(&[("x", "x", 9)])), None);
    }
}
