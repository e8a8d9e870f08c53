//! Who may be asked at all: a new annotator answers items of known truth first.
//!
//! It follows from the facts alone: the first answers that somebody gave in the gold lane, since a lead last let them try
//! again. What was said first counts, also where it was taken back: what the truth is may have been shown after it.

use super::settings::{Settings, admission_name};
use crate::clock::Millis;
use crate::domain::{ActKind, PersonId, PersonKind, Question, Role, words};
use crate::error::Result;
use crate::project::{Project, Tried};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};

words! {
    /// How far somebody has come who is to qualify.
    Stage: "stage of a qualification" {
        /// Not all of it is answered.
        Open = "open",
        /// Enough was right.
        Passed = "passed",
        /// Not enough was.
        Failed = "failed",
        /// A lead does without it.
        Waived = "waived",
    }
}

/// What somebody has to show before they are asked anything else, and what they showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// How many items they answer.
    pub needed: usize,
    /// How many of those must be right.
    pub to_pass: usize,
    /// How many they were right about, of those that count.
    pub right: usize,
    /// What they were asked, in the order of answering; what exceeds `needed` does not count.
    asked: Vec<u32>,
    waived: bool,
}

impl Trial {
    /// A trial with so many items, of which so many percent must be right.
    fn new(needed: usize, percent: u32) -> Self {
        let to_pass = (needed * percent as usize).div_ceil(100);
        Self { needed, to_pass, right: 0, asked: Vec::new(), waived: false }
    }

    /// Counts an answer; only the first about an item, and a skipped item is not right.
    pub fn hear(&mut self, item: u32, right: bool) {
        if !self.asked.contains(&item) {
            self.right += usize::from(right && self.asked.len() < self.needed);
            self.asked.push(item);
        }
    }

    /// How many items they answered, of those that count.
    pub fn answered(&self) -> usize {
        self.asked.len().min(self.needed)
    }

    /// The items that they were asked.
    pub fn asked(&self) -> HashSet<u32> {
        self.asked.iter().copied().collect()
    }

    /// How far they have come.
    pub fn stage(&self) -> Stage {
        match (self.waived, self.asked.len() < self.needed) {
            (true, _) => Stage::Waived,
            (_, true) => Stage::Open,
            _ if self.right >= self.to_pass => Stage::Passed,
            _ => Stage::Failed,
        }
    }

    /// As JSON; how many were right, and what followed, only for whom it is to be seen.
    pub fn to_json(&self, seen: bool) -> Json {
        let stage = Some(self.stage()).filter(|stage| seen || matches!(stage, Stage::Open | Stage::Waived));
        json!({
            "stage": stage.map(Stage::as_str), "answered": self.answered(), "needed": self.needed,
            "right": seen.then_some(self.right), "to_pass": self.to_pass,
        })
    }

    /// `12 of 20`, `passed: 18 of 20 right`, `waived`; how many were right only for whom it is to be seen.
    pub fn told(&self, seen: bool) -> String {
        let (right, needed) = (self.right, self.needed);
        match self.stage() {
            Stage::Waived => "waived".to_owned(),
            Stage::Open if seen => format!("{} of {needed}, {right} right", self.answered()),
            _ if !seen => format!("{} of {needed}", self.answered()),
            Stage::Passed if needed == 0 => "no gold".to_owned(),
            stage => format!("{stage}: {right} of {needed} right"),
        }
    }
}

/// What a lead decided about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// What they answer from now on counts.
    Again,
    /// They need not qualify.
    Waived,
}

/// What a question asks of annotators first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Required {
    /// How many items of known truth are asked for.
    pub items: usize,
    /// How many percent of them must be right.
    pub percent: u32,
    /// How many there are outside the evaluation set: no more than these are needed.
    pub gold: usize,
}

impl Required {
    /// How many items are needed.
    pub fn needed(self) -> usize {
        self.items.min(self.gold)
    }

    /// As JSON.
    pub fn to_json(self) -> Json {
        json!({"items": self.items, "accuracy": self.percent, "gold": self.gold, "needed": self.needed()})
    }
}

/// What a question asks of annotators first; none where nobody has to qualify.
pub fn required(project: &Project, question: &Question, settings: &Settings) -> Result<Option<Required>> {
    let Some((items, percent)) = settings.qualification() else { return Ok(None) };
    let items_there = project.items()?;
    let gold = project.gold(question)?.into_iter().filter(|(item, _)| !items_there.is_test(*item)).count();
    Ok(Some(Required { items, percent, gold }))
}

/// Everybody's trials at a question: of annotators alone, and none where nobody has to qualify.
pub fn all(project: &Project, question: &Question, settings: &Settings) -> Result<HashMap<PersonId, Trial>> {
    trials(project, question, settings, None)
}

/// Somebody's trial at a question; none where they need not qualify.
pub fn of(project: &Project, question: &Question, settings: &Settings, person: PersonId) -> Result<Option<Trial>> {
    Ok(trials(project, question, settings, Some(person))?.remove(&person))
}

fn trials(
    project: &Project,
    question: &Question,
    settings: &Settings,
    only: Option<PersonId>,
) -> Result<HashMap<PersonId, Trial>> {
    if settings.qualification().is_none() {
        return Ok(HashMap::new());
    }
    let mut people = project.people()?;
    people.retain(|p| p.role == Role::Annotator && p.kind == PersonKind::Person && only.is_none_or(|id| id == p.id));
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let Some(required) = required(project, question, settings)? else { return Ok(HashMap::new()) };
    let items = project.items()?;
    let mut trials: HashMap<PersonId, (Millis, Trial)> = HashMap::new();
    for person in people {
        let mut trial = Trial::new(required.needed(), required.percent);
        let decided = settings.admission(question.id, person.id);
        trial.waived = decided.is_some_and(|decided| decided["waived"] == json!(true));
        let since = decided.and_then(|decided| decided["again"].as_i64()).unwrap_or(Millis::MIN);
        trials.insert(person.id, (since, trial));
    }
    for Tried { person, item, said, truth, at } in project.tried(question, only)? {
        if let Some((_, trial)) = trials.get_mut(&person).filter(|(since, _)| at > *since && !items.is_test(item)) {
            trial.hear(item, question.is_right(&said, &truth));
        }
    }
    Ok(trials.into_iter().map(|(person, (_, trial))| (person, trial)).collect())
}

/// Lets somebody try again, or do without. Undone like any setting.
pub fn admit(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    person: PersonId,
    admission: Admission,
) -> Result<()> {
    let value = match admission {
        Admission::Again => json!({"again": project.place().now()}),
        Admission::Waived => json!({"waived": true}),
    };
    let name = admission_name(question.id, person);
    project.write(by, ActKind::Setting, |w| w.set_setting(&name, &value))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(needed: usize, percent: u32, answers: &[(u32, bool)]) -> Trial {
        let mut trial = Trial::new(needed, percent);
        answers.iter().for_each(|(item, right)| trial.hear(*item, *right));
        trial
    }

    #[test]
    fn the_first_answers_decide() {
        assert_eq!(trial(3, 60, &[(1, true), (2, true)]).stage(), Stage::Open);
        assert_eq!(trial(3, 60, &[(1, true), (2, true), (3, false)]).stage(), Stage::Passed);
        let failed = trial(3, 60, &[(1, true), (2, false), (2, true), (3, false), (4, true)]);
        assert_eq!((failed.stage(), failed.right, failed.answered(), failed.to_pass), (Stage::Failed, 1, 3, 2));
        assert_eq!(failed.asked(), [1, 2, 3, 4].into());
    }

    #[test]
    fn nothing_is_asked_where_there_is_no_gold_and_everything_at_a_hundred_percent() {
        assert_eq!(trial(0, 100, &[]).stage(), Stage::Passed);
        assert_eq!((trial(7, 100, &[]).to_pass, trial(7, 0, &[]).to_pass, trial(3, 34, &[]).to_pass), (7, 0, 2));
        let waived = Trial { waived: true, ..trial(3, 60, &[(1, false)]) };
        assert_eq!(waived.stage(), Stage::Waived);
    }
}
