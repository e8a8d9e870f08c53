//! What would be served next, and why; nothing is leased.

use super::labelling::look::{queue_row, round_news};
use super::labelling::{Candidate, LaneRow, QueuePanel, pool_of};
use super::qualification::{self, Trial};
use super::ranking::{self, Manner};
use super::settings;
use crate::domain::{Lane, PersonId, Question};
use crate::error::{Error, Result};
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;
use crate::queue::Strategy;

/// What is asked of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Another strategy than the project's.
    pub strategy: Option<Strategy>,
    /// The lane.
    pub lane: Lane,
    /// How many items.
    pub limit: usize,
    /// Breaks ties and draws samples.
    pub seed: u64,
}

/// Lists a lane in order, for one person or for somebody who has said nothing.
///
/// # Errors
/// Where the lane does not serve by itself.
pub fn list(
    project: &Project,
    paths: &Paths,
    question: &Question,
    person: Option<PersonId>,
    wanted: &Wanted,
    control: &Control,
) -> Result<QueuePanel> {
    if !Lane::SERVED.contains(&wanted.lane) {
        return Err(Error::usage(format!("the lane {} has no queue", wanted.lane))
            .hint("learn, random, overlap, gold, review and again have"));
    }
    let settings = settings::of(project)?;
    let mut how = Manner::of(&settings, wanted.seed);
    if let Some(strategy) = &wanted.strategy {
        settings::check_sought(strategy, std::slice::from_ref(question))?;
        how.strategy = strategy.clone();
    }
    let mut ranked = ranking::load(project, paths, question, &how, control)?;
    let trial = trial_of(project, question, &settings, person)?;
    let mut pool = pool_of(project, question, &settings, person, trial.as_ref(), wanted.seed)?;
    pool.set_order(std::mem::take(&mut ranked.ordered.order));
    let leased =
        person.map_or_else(|| Ok(Default::default()), |person| project.leased_by_others(question.id, person))?;
    let is_free = |c: &Candidate| wanted.lane.asks_each() || !leased.contains(&c.seq);
    let free = pool.candidates(wanted.lane).filter(is_free);
    let next = free
        .take(wanted.limit)
        .map(|c| queue_row(project, question, Some(&ranked), &pool, c, wanted.lane))
        .collect::<Result<_>>()?;
    Ok(QueuePanel {
        strategy: how.strategy.to_string(),
        quantity: ranked.ordered.used.quantity().to_owned(),
        instead: ranked.ordered.note.clone(),
        round: ranked.model.as_ref().and(ranked.round.as_ref()).map(round_news),
        lanes: lane_rows(&settings, |lane| pool.left(lane)),
        next,
        left: pool.left_in_all(),
        stop: ranked.advice.stop,
        advice: ranked.advice.reason.clone(),
    })
}

/// The lanes with their shares and what each has left.
pub fn lanes(project: &Project, question: &Question, person: Option<PersonId>) -> Result<Vec<LaneRow>> {
    let settings = settings::of(project)?;
    let trial = trial_of(project, question, &settings, person)?;
    let pool = pool_of(project, question, &settings, person, trial.as_ref(), 0)?;
    Ok(lane_rows(&settings, |lane| pool.left(lane)))
}

fn trial_of(
    project: &Project,
    question: &Question,
    settings: &settings::Settings,
    person: Option<PersonId>,
) -> Result<Option<Trial>> {
    person.map_or(Ok(None), |person| qualification::of(project, question, settings, person))
}

/// Every lane that serves by itself, with its share and what is left of it.
pub(super) fn lane_rows(settings: &settings::Settings, left: impl Fn(Lane) -> usize) -> Vec<LaneRow> {
    Lane::SERVED.into_iter().map(|lane| LaneRow { lane, share: settings.share(lane), left: left(lane) }).collect()
}
