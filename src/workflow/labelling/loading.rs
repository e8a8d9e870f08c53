//! The pool as the file has it.

use super::pool::{Pool, Standing};
use crate::domain::{PersonId, Question, Split};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::workflow::frame;
use crate::workflow::settings::Settings;
use std::collections::HashMap;

/// Builds the pool of a question for one person, or for somebody who has said nothing.
pub fn pool_of(
    project: &Project,
    question: &Question,
    settings: &Settings,
    me: Option<PersonId>,
    seed: u64,
) -> Result<Pool> {
    let columns = project.items()?;
    let rows = |marks: Vec<bool>| (1..).zip(marks).filter(|(_, mark)| *mark).map(|(seq, _)| seq);
    let gold = project.gold(question)?.into_iter().map(|(seq, _)| seq);
    let items = columns.live.len();
    let mut pool = Pool::new(
        items,
        seed,
        settings.overlap_answers(),
        rows(columns.split.iter().map(|split| *split == Split::Test).collect()),
        gold,
    );
    pool.close(rows(columns.live.iter().map(|live| !live).collect()));
    if let Some(expression) = me.and_then(|me| settings.route(me)) {
        let items = frame::matching(project, question, expression).map_err(|e| Error {
            message: format!("which items come to this person: {}", e.message),
            ..e.hint("a lead changes it: karat people route NAME --where EXPR, or without --where")
        })?;
        pool.keep_to(items);
    }
    let mut standings: HashMap<u32, Standing> = HashMap::new();
    project.for_each_current(question, |answer| standings.entry(answer.item).or_default().hear(&answer, me))?;
    for (seq, _, stale) in project.rulings(question)? {
        standings.entry(seq).or_default().ruled |= !stale;
    }
    for (seq, review) in project.reviews(question)? {
        standings.entry(seq).or_default().review |= !review.answered;
    }
    for (seq, standing) in standings {
        pool.note(seq, standing);
    }
    Ok(pool)
}
