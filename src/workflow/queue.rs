//! What would be served next, and why; nothing is leased.

use super::labelling::look::{queue_row, round_news};
use super::labelling::{LaneRow, QueuePanel, pool_of};
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
            .hint("learn, random, overlap, gold and review have"));
    }
    let settings = settings::of(project)?;
    let mut how = Manner::of(&settings, wanted.seed);
    if let Some(strategy) = &wanted.strategy {
        settings::check_sought(strategy, std::slice::from_ref(question))?;
        how.strategy = strategy.clone();
    }
    let mut ranked = ranking::load(project, paths, question, &how, control)?;
    let mut pool = pool_of(project, question, &settings, person, wanted.seed)?;
    pool.set_order(std::mem::take(&mut ranked.ordered.order));
    let leased =
        person.map_or_else(|| Ok(Default::default()), |person| project.leased_by_others(question.id, person))?;
    let free = pool.candidates(wanted.lane).filter(|candidate| !leased.contains(&candidate.seq));
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
        left: pool.left(Lane::Learn) + pool.left(Lane::Random),
        stop: ranked.advice.stop,
        advice: ranked.advice.reason.clone(),
    })
}

/// The lanes with their shares and what each has left.
pub fn lanes(project: &Project, question: &Question, person: Option<PersonId>) -> Result<Vec<LaneRow>> {
    let settings = settings::of(project)?;
    let pool = pool_of(project, question, &settings, person, 0)?;
    Ok(lane_rows(&settings, |lane| pool.left(lane)))
}

/// Every lane that serves by itself, with its share and what is left of it.
pub(super) fn lane_rows(settings: &settings::Settings, left: impl Fn(Lane) -> usize) -> Vec<LaneRow> {
    Lane::SERVED.into_iter().map(|lane| LaneRow { lane, share: settings.share(lane), left: left(lane) }).collect()
}
