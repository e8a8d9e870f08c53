//! Blind until answered: an annotator reads what others said about an item once they have answered it themselves.
//!
//! It is a courtesy inside the file: whoever opens it with another program reads everything.

use crate::domain::{Person, PersonId, Question, Review, Role, Said};
use crate::error::Result;
use crate::project::Project;
use crate::slices::predicate::Need;
use std::collections::HashSet;

/// What somebody may not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    name: Option<String>,
    /// The items whose answers they may read; none for all.
    open: Option<HashSet<u32>>,
    /// The items that they are to answer without reading, whatever they said before.
    withheld: HashSet<u32>,
}

impl Blind {
    /// What a viewer may not read about a question: an annotator reads what is said about items that they gave a value
    /// to and that were not sent back to be answered anew, reviewers and leads read everything, and nobody what is said
    /// in a calibration session of theirs before it is compared. Whoever is not in the project has answered nothing.
    pub fn of(project: &Project, question: &Question, viewer: Option<PersonId>) -> Result<Self> {
        let person = project.people()?.into_iter().find(|person| Some(person.id) == viewer);
        let withheld = withheld(project, question, person.as_ref())?;
        let name = person.as_ref().and_then(|person| person.name.clone());
        if person.as_ref().is_some_and(|person| person.role >= Role::Reviewer) {
            return Ok(Self { name, open: None, withheld });
        }
        let mut open = HashSet::new();
        if let Some(person) = person {
            project.for_each_current(question, |answer| {
                if answer.person == person.id && !answer.stale && matches!(answer.said, Said::Value(_)) {
                    open.insert(answer.item);
                }
            })?;
        }
        Ok(Self { name, open: Some(open), withheld })
    }

    /// Whether what others said about an item is kept from them.
    pub fn hides(&self, item: u32) -> bool {
        self.withheld.contains(&item) || self.open.as_ref().is_some_and(|open| !open.contains(&item))
    }

    /// Whether a predicate with such needs tells what others said, or what the truth is.
    pub fn is_told_by(&self, need: &Need) -> bool {
        match need {
            Need::Answer(person, _) => Some(person) != self.name.as_ref(),
            Need::Any(_) | Need::Guideline | Need::LabelValue(_) | Need::LabelOrigin | Need::Gold(_) | Need::Lane => {
                true
            }
            _ => false,
        }
    }
}

/// The items whose answers are kept from somebody although they have answered them: those of their calibration sessions
/// before they are compared and, of an annotator, those that were sent back.
///
/// # Errors
/// Where the file cannot be read.
pub fn withheld(project: &Project, question: &Question, viewer: Option<&Person>) -> Result<HashSet<u32>> {
    let mut items = in_session(project, question, viewer.map(|person| person.id))?;
    if viewer.is_some_and(|person| person.role < Role::Reviewer) {
        let waits = |(_, review): &(u32, Review)| !review.answered;
        items.extend(project.reviews(question)?.into_iter().filter(waits).map(|(item, _)| item));
    }
    Ok(items)
}

/// The items of the calibration sessions that somebody takes part in and that were not compared yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn in_session(project: &Project, question: &Question, viewer: Option<PersonId>) -> Result<HashSet<u32>> {
    Ok(project.calibrations(question.id)?.iter().flat_map(|session| session.hidden_from(viewer)).collect())
}
