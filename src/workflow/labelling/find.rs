//! Finding items to answer: by text, by predicate, or by their numbers.

use super::types::{Hit, Hits};
use crate::domain::{PersonId, Question, Said};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::blind::Blind;
use crate::workflow::search;

/// How many hits are listed.
const HITS: usize = 500;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// What reads as a predicate or as text.
    Typed(String),
    /// These items, in this order.
    These(Vec<u32>),
}

/// Finds items, with what somebody and how many others have said to them. Where a predicate tells what others said, an
/// annotator finds what they have answered themselves. It only reads, on any connection.
///
/// # Errors
/// Where what is typed reads like a predicate and is a wrong one.
pub fn find(project: &Project, question: &Question, me: PersonId, wanted: &Wanted) -> Result<Hits> {
    let mut found = match wanted {
        Wanted::Typed(typed) => search::items(project, question, typed)?,
        Wanted::These(items) => search::Found { items: items.clone(), ..Default::default() },
    };
    let blind = Blind::of(project, question, Some(me))?;
    if found.needs.iter().any(|need| blind.is_told_by(need)) {
        found.items.retain(|item| !blind.hides(*item));
    }
    let rows = found.items.iter().take(HITS).map(|seq| hit(project, question, me, *seq)).collect::<Result<_>>()?;
    Ok(Hits { total: found.items.len(), rows, predicate: found.predicate })
}

fn hit(project: &Project, question: &Question, me: PersonId, seq: u32) -> Result<Hit> {
    let item = project.item(seq)?;
    let current = project.current_of_item(question, seq)?;
    let mine = current.iter().find(|answer| answer.person == me).map(|answer| answer.said.clone());
    let values = current.iter().filter(|answer| matches!(answer.said, Said::Value(_))).count();
    Ok(Hit { seq, id: item.name(), text: item.text, mine, answers: values as u32 })
}
