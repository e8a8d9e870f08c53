//! Answering without a queue, for scripts.

use super::labelling::Saved;
use crate::domain::{ActKind, How, Origin, PersonId, Question, Said};
use crate::error::{Error, Result};
use crate::project::{NewAnswer, Project};

/// An answer as somebody types it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The item.
    pub item: u32,
    /// What is said.
    pub said: Said,
    /// Raised for others to look at.
    pub flag: bool,
    /// A remark.
    pub note: Option<String>,
}

/// Saves an answer in the picked lane; what comes back is on disk.
pub fn record(project: &mut Project, person: PersonId, question: &Question, spoken: &Spoken) -> Result<Saved> {
    let mut how = How::picked(Origin::CommandLine);
    (how.guidelines, how.labels) = (question.guidelines_revision(), question.label_revision);
    let new = NewAnswer {
        person,
        question: question.id,
        item: spoken.item,
        text_hash: None,
        said: spoken.said.clone(),
        flag: spoken.flag,
        note: spoken.note.clone(),
        how,
        source: None,
    };
    match project.write(person, ActKind::Answer, |w| w.add_answer(&new))? {
        (Some(act), Some(answer)) => Ok(Saved { answer, act, at: project.place().now(), feedback: None }),
        _ => Err(Error::internal("an answer was written and is not there")),
    }
}
