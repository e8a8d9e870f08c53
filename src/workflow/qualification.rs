//! Who may be asked at all: a new annotator answers items of known truth first.
//!
//! It follows from the facts alone: the first answers that somebody gave in the gold lane, since a lead last let them try
//! again. What was said first counts, also where it was taken back: what the truth is may have been shown after it. And
//! once all is answered that there was to answer then, it is decided, whatever gold comes later or judges since.

use super::settings::{Settings, admission_name};
use crate::clock::Millis;
use crate::domain::{ActKind, Calibration, PersonId, PersonKind, Question, Role, Value, words};
use crate::error::Result;
use crate::project::{Checks, Project, Tried};
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
    /// How many there are outside the evaluation set that no calibration session keeps: no more than these are needed.
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
    let columns = project.items()?;
    let reserved: HashSet<u32> =
        project.calibrations(question.id)?.iter().flat_map(|session| session.reserved().collect::<Vec<_>>()).collect();
    let is_asked = |(item, _): &(u32, Value)| !columns.is_test(*item) && !reserved.contains(item);
    let gold = project.gold(question)?.iter().filter(|gold| is_asked(gold)).count();
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
    let Some((items, percent)) = settings.qualification() else { return Ok(HashMap::new()) };
    let mut people = project.people()?;
    people.retain(|p| p.role == Role::Annotator && p.kind == PersonKind::Person && only.is_none_or(|id| id == p.id));
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let mut heard: HashMap<PersonId, Vec<Heard>> = HashMap::new();
    for Tried { person, item, said, truth, at } in project.tried(question, only)? {
        let decided = settings.admission(question.id, person);
        let since = decided.and_then(|decided| decided["again"].as_i64()).unwrap_or(Millis::MIN);
        let heard = heard.entry(person).or_default();
        if at > since && !heard.iter().any(|before| before.item == item) {
            heard.push(Heard { item, right: question.is_right(&said, &truth), at });
        }
    }
    let mut asking = Asking::new(project, question, items)?;
    let trials = people.into_iter().map(|person| {
        let heard = heard.remove(&person.id).unwrap_or_default();
        let mut trial = Trial::new(asking.needed_of(&heard), percent);
        heard.iter().for_each(|heard| trial.hear(heard.item, heard.right));
        trial.waived = settings.admission(question.id, person.id).is_some_and(|d| d["waived"] == json!(true));
        (person.id, trial)
    });
    Ok(trials.collect())
}

/// The first answer of somebody about an item of known truth.
#[derive(Debug, Clone, Copy)]
struct Heard {
    item: u32,
    right: bool,
    at: Millis,
}

/// What could be asked of whoever is to qualify, at any time.
struct Asking {
    /// How many items are asked for.
    items: usize,
    checks: Checks,
    sessions: Vec<Calibration>,
    /// When it changed what could be asked, ascending.
    changes: Vec<Millis>,
    /// What could be asked after so many changes, as it was needed last.
    open: Option<(usize, HashSet<u32>)>,
}

impl Asking {
    fn new(project: &Project, question: &Question, items: usize) -> Result<Self> {
        let (checks, sessions) = (project.checks(question.id)?, project.calibrations(question.id)?);
        let steps = |session: &Calibration| session.steps.iter().map(|step| step.at).collect::<Vec<_>>();
        let mut changes: Vec<Millis> = checks.changes().collect();
        changes.extend(sessions.iter().flat_map(|session| std::iter::once(session.at).chain(steps(session))));
        changes.sort_unstable();
        changes.dedup();
        Ok(Self { items, checks, sessions, changes, open: None })
    }

    /// How many items somebody needs: as many as there were when they had answered them all, else as there are now.
    fn needed_of(&mut self, heard: &[Heard]) -> usize {
        let decided = (1..=heard.len()).find(|n| self.needed(heard[n - 1].at, &heard[..*n]) <= *n);
        decided.unwrap_or_else(|| self.needed(Millis::MAX, heard))
    }

    /// How many were needed at a time: no more than they had answered and could be asked besides.
    fn needed(&mut self, at: Millis, heard: &[Heard]) -> usize {
        let changes = self.changes.partition_point(|change| *change <= at);
        let (checks, sessions) = (&self.checks, &self.sessions);
        let open = self.open.take().filter(|(known, _)| *known == changes).unwrap_or_else(|| {
            let reserved: HashSet<u32> = sessions
                .iter()
                .filter_map(|session| session.as_of(at))
                .flat_map(|session| session.reserved().collect::<Vec<_>>())
                .collect();
            (changes, checks.at(at).filter(|item| !reserved.contains(item)).collect())
        });
        let gone = heard.iter().filter(|heard| !open.1.contains(&heard.item)).count();
        let needed = self.items.min(open.1.len() + gone);
        self.open = Some(open);
        needed
    }
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
