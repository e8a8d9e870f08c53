//! The pool as the file has it.

use super::pool::{LaneSet, Overlap, Pool, Standing};
use crate::domain::{Calibration, PersonId, Question, Split};
use crate::error::{Error, Result};
use crate::ids::mix;
use crate::project::Project;
use crate::queue::in_share;
use crate::workflow::frame;
use crate::workflow::qualification::{Stage, Trial};
use crate::workflow::settings::Settings;
use std::collections::HashMap;

/// Builds the pool of a question for one person, or for somebody who has said nothing. Whoever is to qualify has a trial.
pub fn pool_of(
    project: &Project,
    question: &Question,
    settings: &Settings,
    me: Option<PersonId>,
    trial: Option<&Trial>,
    seed: u64,
) -> Result<Pool> {
    let columns = project.items()?;
    let rows = |marks: Vec<bool>| (1..).zip(marks).filter(|(_, mark)| *mark).map(|(seq, _)| seq);
    let gold = project.gold(question)?.into_iter().map(|(seq, _)| seq);
    let items = columns.live.len();
    let share = match settings.overlap_share() {
        100.. => None,
        percent => Some(rows(columns.keys.iter().map(|key| in_share(key, percent)).collect()).collect()),
    };
    let asked = me.is_none_or(|me| settings.overlap_people().is_none_or(|people| people.contains(&me)));
    let overlap = Overlap { answers: settings.overlap_answers(), share, asked };
    let mut pool =
        Pool::new(items, seed, overlap, rows(columns.split.iter().map(|split| *split == Split::Test).collect()), gold);
    pool.open_lanes(settings.lanes().collect());
    pool.at(project.place().now());
    pool.close(rows(columns.live.iter().map(|live| !live).collect()));
    if let Some(expression) = me.and_then(|me| settings.route(me)) {
        let items = frame::matching(project, question, expression).map_err(|e| Error {
            message: format!("which items come to this person: {}", e.message),
            ..e.hint("a lead changes it: karat people route NAME --where EXPR, or without --where")
        })?;
        pool.keep_to(items);
    }
    let sessions = project.calibrations(question.id)?;
    let mine = sessions.iter().filter(|session| me.is_some_and(|me| session.people.contains(&me)));
    let due = mine.flat_map(|session| {
        let mut asked = session.asked().to_vec();
        asked.sort_by_key(|seq| mix(session.seed, u64::from(*seq)));
        asked
    });
    pool.reserve(sessions.iter().flat_map(Calibration::reserved).collect(), due.collect());
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
    if let Some(trial) = trial {
        admit(&mut pool, trial);
    }
    Ok(pool)
}

/// Serves what a trial lets somebody be served: gold while it lasts, and nothing where it was failed.
pub(super) fn admit(pool: &mut Pool, trial: &Trial) {
    match trial.stage() {
        Stage::Open => pool.try_out(trial.asked()),
        Stage::Failed => pool.open_lanes(LaneSet::NONE),
        Stage::Passed | Stage::Waived => {}
    }
}
