//! Sending items back to be answered once more: by anybody, blind, in the review lane.

use super::frame;
use crate::domain::{ActKind, PersonId, Question, Review, ReviewCause};
use crate::error::Result;
use crate::project::{NewReview, Project};

/// What sending back did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The items that were chosen.
    pub items: Vec<u32>,
    /// How many of them were not waiting already.
    pub new: usize,
}

/// Sends the items that match an expression back, as one act that one undo takes back; the expression is kept as the
/// reason unless another is given. By nobody, nothing is written: a trial.
///
/// # Errors
/// Where the expression is wrong: the message points at the place.
pub fn send(
    project: &mut Project,
    by: Option<PersonId>,
    question: &Question,
    expression: &str,
    note: Option<&str>,
) -> Result<Sent> {
    let items = frame::matching(project, question, expression)?;
    let Some(by) = by else {
        let waiting: std::collections::HashSet<u32> =
            project.reviews(question)?.into_iter().filter(|(_, r)| !r.answered).map(|r| r.0).collect();
        let new = items.iter().filter(|item| !waiting.contains(item)).count();
        return Ok(Sent { items, new });
    };
    let note = Some(note.unwrap_or(expression).to_owned());
    let (_, new) = project.write(by, ActKind::Review, |w| {
        let mut new = 0;
        for item in &items {
            let review = NewReview { question: question.id, item: *item, cause: ReviewCause::Sent, note: note.clone() };
            new += usize::from(w.send_to_review(&review)?.is_some());
        }
        Ok(new)
    })?;
    Ok(Sent { items, new })
}

/// Every review with its item's row, in the order of sending.
pub fn list(project: &Project, question: &Question) -> Result<Vec<(u32, Review)>> {
    project.reviews(question)
}
