//! Items about which people say different things, those first that teach most once they are settled.

use super::{Gathered, Who};
use crate::domain::{LabelId, Question, RulingOrigin, Value};
use crate::error::Result;
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;
use crate::workflow::blind::Blind;
use crate::workflow::ranking;
use std::collections::HashMap;

/// What one person says.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// Who.
    pub who: Who,
    /// What.
    pub value: Value,
    /// The remark beside it.
    pub note: Option<String>,
}

/// An item about which people differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The item's row.
    pub seq: u32,
    /// The user's own id, else the beginning of the key.
    pub id: String,
    /// The text.
    pub text: String,
    /// Everybody's answer, in the order of their coming.
    pub votes: Vec<Vote>,
    /// What was ruled, where the label was split since and nobody has answered anew.
    pub ruled: Option<Value>,
    /// What the ranker thinks, likeliest first; empty without one.
    pub probabilities: Vec<(LabelId, f64)>,
    /// Entropy in nats of the answers and the ranker's opinion, which counts as one more annotator.
    pub doubt: f64,
}

/// What is disputed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Disputed {
    /// How many items.
    pub items: usize,
    /// How many of them are not for the viewer to see.
    pub withheld: usize,
    /// The first of the others.
    pub first: Vec<Dispute>,
}

/// Lists what is disputed and not adjudicated, in the order of falling doubt. What was adjudicated as a label that was
/// split since is to be settled again, and is listed too until somebody answers anew.
///
/// Doubt is greatest where people are split evenly and the model cannot tell either: there a ruling decides something
/// for both. Where the model sides with one half, it is less.
///
/// # Errors
/// Where the features cannot be made.
pub fn disputes(
    project: &Project,
    paths: &Paths,
    question: &Question,
    gathered: &Gathered,
    limit: usize,
    blind: &Blind,
    control: &Control,
) -> Result<Disputed> {
    let ratings = &gathered.ratings;
    let ruled: HashMap<u32, Value> = (project.rulings(question)?.into_iter())
        .filter(|(_, ruling, stale)| ruling.origin == RulingOrigin::Adjudicated && !stale)
        .map(|(seq, ruling, _)| (seq, ruling.value))
        .collect();
    let mut disputed: Vec<usize> = (0..ratings.units())
        .filter(|unit| {
            let said = ratings.unit(*unit).1;
            let differ = said.iter().any(|category| *category != said[0]);
            match ruled.get(&gathered.items[*unit]) {
                Some(value) if question.is_split(value) => differ || said.is_empty(),
                ruling => differ && ruling.is_none(),
            }
        })
        .collect();
    let items = disputed.len();
    disputed.retain(|unit| !blind.hides(gathered.items[*unit]));
    let rounds = project.rounds(question.id)?;
    let model = match disputed.is_empty() {
        true => None,
        false => ranking::newest_model(project, paths, question, &rounds, control)?,
    };
    let features = model.as_ref().map(|_| ranking::features_of(project, paths, true, control)).transpose()?;
    let class: HashMap<LabelId, usize> = question.labels.iter().enumerate().map(|(i, l)| (l.id, i)).collect();
    let thinks = |unit: usize| -> Vec<f32> {
        let row = gathered.items[unit] as usize - 1;
        model.as_ref().zip(features.as_ref()).map_or_else(Vec::new, |(m, f)| m.probabilities_of(f, row))
    };
    let doubt = |unit: &usize| {
        let (said, p) = (ratings.unit(*unit).1, thinks(*unit));
        let voters = said.len() as f64 + f64::from(u8::from(!p.is_empty()));
        let mut shares: HashMap<u32, f64> = HashMap::new();
        said.iter().for_each(|category| *shares.entry(*category).or_default() += 1.0 / voters);
        for (category, value) in (0u32..).zip(&gathered.values) {
            let own = value.as_choice().and_then(|label| p.get(*class.get(&label)?)).copied().unwrap_or(0.0);
            if own > 0.0 {
                *shares.entry(category).or_default() += f64::from(own) / voters;
            }
        }
        let mut shares: Vec<f64> = shares.into_values().collect();
        shares.sort_unstable_by(f64::total_cmp);
        shares.iter().map(|share| -share * share.ln()).sum::<f64>()
    };
    let mut order: Vec<(f64, usize)> = disputed.iter().map(|unit| (doubt(unit), *unit)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let first = order.into_iter().take(limit).map(|(doubt, unit)| {
        let (seq, p) = (gathered.items[unit], thinks(unit));
        let item = project.item(seq)?;
        let said = project.current_of_item(question, seq)?;
        let (raters, categories) = ratings.unit(unit);
        let mut votes = Vec::with_capacity(raters.len());
        for (rater, category) in raters.iter().zip(categories) {
            let who = gathered.people[*rater as usize].clone();
            let answer = said.iter().find(|answer| answer.person == who.id);
            let note = answer.map_or(Ok(None), |answer| project.note_of(answer.seq))?;
            votes.push(Vote { who, value: gathered.values[*category as usize].clone(), note });
        }
        let mut probabilities: Vec<(LabelId, f64)> =
            question.labels.iter().zip(p).filter(|(l, _)| !l.retired).map(|(l, p)| (l.id, f64::from(p))).collect();
        probabilities.sort_by(|a, b| b.1.total_cmp(&a.1));
        let ruled = ruled.get(&seq).filter(|_| votes.is_empty()).cloned();
        Ok(Dispute { seq, id: item.name(), text: item.text, votes, ruled, probabilities, doubt })
    });
    Ok(Disputed { items, withheld: items - disputed.len(), first: first.collect::<Result<_>>()? })
}
