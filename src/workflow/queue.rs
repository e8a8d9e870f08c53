//! What would be served next, and why; nothing is leased.

use super::labelling::look::{queue_row, round_news};
use super::labelling::{Candidate, LaneRow, QueuePanel, pool_of};
use super::qualification::{self, Stage, Trial};
use super::ranking::{self, Manner};
use super::settings;
use crate::domain::{Lane, PersonId, Question};
use crate::error::{Error, Result};
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;
use crate::queue::Strategy;
use serde_json::Value as Json;
use std::collections::HashSet;

/// What is asked of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Another strategy than the project's.
    pub strategy: Option<Strategy>,
    /// One lane; none for what comes next: items of a calibration session, then the learn lane.
    pub lane: Option<Lane>,
    /// How many items.
    pub limit: usize,
    /// Breaks ties and draws samples.
    pub seed: u64,
}

/// Lists what comes next, or a lane, in order, for one person or for somebody who has said nothing.
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
    if let Some(lane) = wanted.lane.filter(|lane| !Lane::SERVED.contains(lane)) {
        return Err(Error::usage(format!("the lane {lane} has no queue"))
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
    let coming: Box<dyn Iterator<Item = (Lane, Candidate)>> = match wanted.lane {
        Some(lane) => Box::new(pool.candidates(lane).map(move |c| (lane, c))),
        None => Box::new(pool.coming()),
    };
    // Whoever is due to answer an item of a session answers it for themselves, whoever else has it before them.
    let due: HashSet<u32> = pool.due().collect();
    let next = coming
        .filter(|(lane, c)| lane.asks_each() || due.contains(&c.seq) || !leased.contains(&c.seq))
        .take(wanted.limit)
        .map(|(lane, c)| queue_row(project, question, Some(&ranked), &pool, c, lane))
        .collect::<Result<_>>()?;
    Ok(QueuePanel {
        strategy: how.strategy.to_string(),
        quantity: ranked.ordered.used.quantity().to_owned(),
        instead: ranked.ordered.note.clone(),
        round: ranked.model.as_ref().and(ranked.round.as_ref()).map(round_news),
        by: Some(ranked.by.clone()),
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

/// The qualification that keeps somebody from the queue, in words, and as JSON; none where nothing does.
///
/// # Errors
/// Where the file cannot be read.
pub fn kept_from(project: &Project, question: &Question, person: Option<PersonId>) -> Result<Option<(Json, String)>> {
    let settings = settings::of(project)?;
    let Some(trial) = trial_of(project, question, &settings, person)? else { return Ok(None) };
    let me = project.people()?.into_iter().find(|p| Some(p.id) == person);
    let seen = me.as_ref().is_some_and(|me| settings.performance().lets(Some(me), me.id));
    let (answered, needed) = (trial.answered(), trial.needed);
    let name = me.and_then(|me| me.name).unwrap_or_default();
    let told = match trial.stage() {
        Stage::Passed | Stage::Waived => return Ok(None),
        Stage::Open => format!(
            "{name} is to qualify for {}: {answered} of {needed} items of known truth are answered; nothing else is served before",
            question.name
        ),
        Stage::Failed => {
            let right = if seen { format!("{} right of ", trial.right) } else { String::new() };
            format!(
                "{name} has not qualified for {}, and nothing is served: {right}{answered} answered, {} had to be right; \
                 a lead lets them: karat people qualify {name} --again, or --waive",
                question.name, trial.to_pass
            )
        }
    };
    Ok(Some((trial.to_json(seen), told)))
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
