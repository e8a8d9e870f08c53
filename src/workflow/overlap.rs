//! What is asked of several people, and how far that is done.

use super::settings::Settings;
use crate::domain::{PersonId, Question, Said, Split};
use crate::error::Result;
use crate::project::Project;
use crate::queue::in_share;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The overlap policy of a question and how far it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// How many percent of the items several people may be asked about.
    pub share: u32,
    /// How many people are asked about each of them.
    pub answers: u32,
    /// Who is asked what others answered, by name; none for everybody.
    pub people: Option<Vec<String>>,
    /// How many items of the share have so many people's values. The evaluation set is not in it.
    pub by_answers: BTreeMap<u32, usize>,
    /// Items outside the share and the evaluation set.
    pub outside: usize,
    /// Those of them that more than one person gave a value to: picked, imported, or as a check.
    pub outside_with_several: usize,
}

impl Overlap {
    /// The policy of a question, with everybody's values as they hold now.
    pub fn of(project: &Project, question: &Question, settings: &Settings) -> Result<Self> {
        let items = project.items()?;
        let mut values = vec![0u32; items.live.len()];
        project.for_each_current(question, |answer| {
            let counts = !answer.stale && matches!(answer.said, Said::Value(_));
            if let Some(count) = (answer.item as usize).checked_sub(1).and_then(|i| values.get_mut(i)) {
                *count += u32::from(counts);
            }
        })?;
        let share = settings.overlap_share();
        let mut policy = Self {
            share,
            answers: settings.overlap_answers(),
            people: settings.overlap_people().map(|ids| names(project, &ids)).transpose()?,
            by_answers: BTreeMap::new(),
            outside: 0,
            outside_with_several: 0,
        };
        let live = items.live.iter().zip(&items.split).map(|(live, split)| *live && *split != Split::Test);
        for ((key, values), _) in items.keys.iter().zip(values).zip(live).filter(|(_, live)| *live) {
            if in_share(key, share) {
                *policy.by_answers.entry(values).or_default() += 1;
            } else {
                policy.outside += 1;
                policy.outside_with_several += usize::from(values > 1);
            }
        }
        Ok(policy)
    }

    /// Items of the share.
    pub fn items(&self) -> usize {
        self.by_answers.values().sum()
    }

    /// Items of the share that somebody answered.
    pub fn begun(&self) -> usize {
        self.by_answers.range(1..).map(|(_, items)| items).sum()
    }

    /// Items of the share that have as many answers as are asked for.
    pub fn met(&self) -> usize {
        self.by_answers.range(self.answers..).map(|(_, items)| items).sum()
    }

    /// As JSON.
    pub fn to_json(&self) -> Json {
        let by_answers: BTreeMap<String, usize> =
            self.by_answers.iter().map(|(answers, items)| (answers.to_string(), *items)).collect();
        json!({
            "share": self.share, "answers": self.answers, "people": self.people, "items": self.items(),
            "begun": self.begun(), "met": self.met(), "by_answers": by_answers,
            "outside": self.outside, "outside_with_several": self.outside_with_several,
        })
    }
}

fn names(project: &Project, ids: &[PersonId]) -> Result<Vec<String>> {
    let people = project.people()?;
    let name = |id| people.iter().find(|person| person.id == id).and_then(|person| person.name.clone());
    Ok(ids.iter().map(|id| name(*id).unwrap_or_else(|| id.to_string())).collect())
}
