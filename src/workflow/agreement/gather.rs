//! The answers of a question as the core measures them: items are units, people are annotators, and what can be said
//! is a scale.

use super::coded::{Coded, Given};
use crate::agreement::{Marking, Ratings};
use crate::clock::Millis;
use crate::domain::{PersonId, PersonKind, Question, Said, Value};
use crate::error::{Error, Result};
use crate::project::{CurrentAnswer, Project};
use crate::workflow::blind::{Blind, in_session};
use crate::workflow::frame;
use std::collections::HashMap;

/// Somebody who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The id.
    pub id: PersonId,
    /// The name; of somebody erased, the id.
    pub name: String,
}

/// Everybody's answers that hold now; left out are skips, answers to texts that have changed, and those that give a
/// label that was split.
pub struct Gathered {
    /// The item of each unit, ascending.
    pub items: Vec<u32>,
    /// The annotators, in the order of their coming: those who answered.
    pub people: Vec<Who>,
    /// What each label of the scale is called.
    pub labels: Vec<String>,
    /// The value of each category: what settling an item by it says.
    pub values: Vec<Value>,
    /// Who said what; of spans, which answers were the same.
    pub ratings: Ratings,
    /// What was marked, where spans are.
    pub markings: Vec<Marking>,
    /// Of each unit the newest answer's time, and the revision of the guidelines that all its answers had in view.
    pub when: Vec<When>,
    /// How many items are left out: of a calibration session that the viewer takes part in and that was not compared yet.
    pub kept_back: usize,
}

/// When and under what a unit was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct When {
    /// The newest answer, UTC milliseconds.
    pub at: Millis,
    /// The revision of the guidelines, where all answers had the same in view; none where nobody answered or they had
    /// not.
    pub guidelines: Option<u32>,
    answers: u32,
}

impl Gathered {
    /// Gathers the answers about the items that match an expression, or about all.
    ///
    /// # Errors
    /// Where the expression is wrong.
    pub fn of(project: &Project, question: &Question, filter: Option<&str>) -> Result<Self> {
        let items = chosen(project, question, filter)?;
        Self::read(project, question, items, |hear| project.for_each_current(question, hear))
    }

    /// The same as somebody may see it: without the items of a calibration session that they take part in and that was
    /// not compared yet; and where an expression chooses, without those that an annotator has not answered.
    ///
    /// # Errors
    /// Where the expression is wrong.
    pub fn seen_by(
        project: &Project,
        question: &Question,
        filter: Option<&str>,
        viewer: Option<PersonId>,
    ) -> Result<Self> {
        let hidden = in_session(project, question, viewer)?;
        let mut items = chosen(project, question, filter)?;
        if !hidden.is_empty() {
            items.retain(|item| !hidden.contains(item));
        }
        if filter.is_some() {
            // Of few items the figures tell what others said, and which are chosen may tell the truth.
            let blind = Blind::of(project, question, viewer)?;
            items.retain(|item| !blind.hides(*item));
        }
        let gathered = Self::read(project, question, items, |hear| project.for_each_current(question, hear))?;
        Ok(Self { kept_back: hidden.len(), ..gathered })
    }

    /// Gathers what some people say about some items.
    pub fn about(project: &Project, question: &Question, items: &[u32], people: &[PersonId]) -> Result<Self> {
        Self::read(project, question, items.to_vec(), |hear| {
            for item in items {
                let said = project.current_of_item(question, *item)?;
                said.into_iter().filter(|answer| people.contains(&answer.person)).for_each(&mut *hear);
            }
            Ok(())
        })
    }

    /// Takes in the answers that are read.
    fn read(
        project: &Project,
        question: &Question,
        items: Vec<u32>,
        read: impl FnOnce(&mut dyn FnMut(CurrentAnswer)) -> Result<()>,
    ) -> Result<Self> {
        let mut units = vec![u32::MAX; project.item_rows()? as usize + 1];
        (0..).zip(&items).for_each(|(unit, seq)| units[*seq as usize] = unit);
        let everybody = project.people()?;
        let named = everybody.iter().filter(|p| p.kind == PersonKind::Person);
        let named = named
            .map(|p| Who { id: p.id, name: p.name.clone().unwrap_or_else(|| p.id.to_string()) })
            .collect::<Vec<_>>();
        let place: HashMap<PersonId, u32> = (0..).zip(&named).map(|(i, who)| (who.id, i)).collect();

        let mut when = vec![When::default(); items.len()];
        let mut said: Vec<Given> = Vec::new();
        read(&mut |answer| {
            let unit = units.get(answer.item as usize).copied().unwrap_or(u32::MAX);
            let (Said::Value(value), false, Some(&rater)) = (answer.said, answer.stale, place.get(&answer.person))
            else {
                return;
            };
            if unit != u32::MAX && !question.is_split(&value) {
                when[unit as usize].hear(answer.at, answer.guidelines);
                said.push(Given { unit, rater, value });
            }
        })?;
        let mut active = vec![false; named.len()];
        said.iter().for_each(|given| active[given.rater as usize] = true);
        let mut new = vec![0; named.len()];
        let mut people = Vec::new();
        for (i, person) in named.into_iter().enumerate().filter(|(i, _)| active[*i]) {
            new[i] = people.len() as u32;
            people.push(person);
        }
        said.iter_mut().for_each(|given| given.rater = new[given.rater as usize]);
        let coded = Coded::of(question, &said)?;
        let ratings = Ratings::new(coded.scale, items.len(), people.len(), &coded.ratings)
            .map_err(|e| Error::internal(e.to_string()))?;
        let Coded { labels, values, markings, .. } = coded;
        Ok(Self { items, people, labels, values, ratings, markings, when, kept_back: 0 })
    }
}

impl When {
    fn hear(&mut self, at: Millis, guidelines: u32) {
        self.guidelines = (self.answers == 0 || self.guidelines == Some(guidelines)).then_some(guidelines);
        (self.at, self.answers) = (self.at.max(at), self.answers + 1);
    }
}

/// The items that an expression chooses, or all.
fn chosen(project: &Project, question: &Question, filter: Option<&str>) -> Result<Vec<u32>> {
    match filter {
        Some(expression) => frame::matching(project, question, expression),
        None => {
            let live = project.items()?.live;
            Ok((1..).zip(live).filter(|(_, live)| *live).map(|(seq, _)| seq).collect())
        }
    }
}
