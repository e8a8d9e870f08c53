//! The order of the learn lane: features from the cache, the newest round's weights, a strategy.
//!
//! Nothing of it is stored: any process computes the same order from the same file.

mod by;
mod model;

pub use by::By;
pub use model::{FAMILIES, Family, RoundModel};

use super::labelling::Order;
use super::settings::{QueueRun, Settings};
use crate::cache::{Cache, features};
use crate::domain::{Label, Question, Said, Value};
use crate::error::{Error, Kind, Result};
use crate::features::{Features, Recipe, field_token};
use crate::jobs::Control;
use crate::models::learner::LearnerKind;
use crate::models::{FitError, Probabilities, Told};
use crate::paths::Paths;
use crate::project::{Project, Round, SettledOrigin};
use crate::queue::stopping::{Advice, RoundSummary, advice};
use crate::queue::{Answered, Committee, RankInput, Strategy, rank};
use crate::training::{fit_committee, held_out};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};

/// The most bytes that derived data may take in the cache folder.
pub const CACHE_LIMIT: u64 = 4 << 30;

/// What an order is computed from, besides the weights.
#[derive(Debug)]
pub struct Ground {
    /// The rows of all items; row i is item i + 1.
    pub features: Features,
    /// Row and class of everything that may be learned from: settled values outside the evaluation set.
    pub examples: Vec<(u32, u32)>,
    /// Row and class of the evaluation set, as far as it has gold or a settled value.
    pub evaluation: Vec<(u32, u32)>,
    /// Rows that the learn lane could serve to somebody.
    pub candidates: Vec<u32>,
    /// Rows outside the evaluation set that have an answer or a ruling.
    pub labelled: Vec<u32>,
    /// Row and class of every answer to those of them that have no ruling, by row: what may be asked again.
    pub answers: Vec<(u32, u32)>,
}

/// The learn lane in order, and what it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    /// The order; items by seq.
    pub order: Order,
    /// The strategy that was used in the end.
    pub used: Strategy,
    /// Why it is not the one that was asked for.
    pub note: Option<String>,
}

/// How to order.
#[derive(Debug, Clone, PartialEq)]
pub struct Manner {
    /// The strategy.
    pub strategy: Strategy,
    /// Answers until the next round: the size over which to spread.
    pub batch: usize,
    /// How many answers an item should have that is asked of several people.
    pub wanted: usize,
    /// Breaks ties and draws samples.
    pub seed: u64,
    /// The family of the rounds.
    pub family: LearnerKind,
    /// The run whose predictions take the place of the round's.
    pub run: Option<QueueRun>,
}

impl Manner {
    /// What the project has settled on.
    pub fn of(settings: &Settings, seed: u64) -> Self {
        let wanted = settings.overlap_answers() as usize;
        let (family, run) = (settings.ranker_model(), settings.queue_run());
        Self { strategy: settings.strategy(), batch: settings.batch(), wanted, seed, family, run }
    }
}

/// The newest round with everything that it says.
#[derive(Debug)]
pub struct Ranked {
    /// The newest round, if there was one.
    pub round: Option<Round>,
    /// Its model.
    pub model: Option<RoundModel>,
    /// What a run says of every item, the round where it says nothing; none where no run orders.
    pub said: Option<Probabilities>,
    /// Which model orders.
    pub by: By,
    /// The rows of all items.
    pub features: Features,
    /// The learn lane in order.
    pub ordered: Ordered,
    /// Whether the learning curve says to stop.
    pub advice: Advice,
}

/// Loads the newest round and orders the learn lane by it.
pub fn load(project: &Project, paths: &Paths, question: &Question, how: &Manner, control: &Control) -> Result<Ranked> {
    let ground = ground(project, paths, question, control)?;
    let rounds = project.rounds(question.id)?;
    let model = newest_model(project, paths, question, &rounds, control)?;
    control.check()?;
    let probabilities = model.as_ref().map(|model| model.probabilities(&ground.features));
    control.check()?;
    let thinks = model.as_ref().zip(probabilities.as_deref());
    let (mut ordered, said, by) = order(project, &ground, question, thinks, how, control)?;
    drop(probabilities);
    ordered.order.round = said.is_none().then(|| model.as_ref().and(rounds.last()).map(|round| round.number)).flatten();
    let advice = judge(&rounds);
    let round = rounds.into_iter().last();
    Ok(Ranked { round, model, said, by, features: ground.features, ordered, advice })
}

impl Ranked {
    /// What orders an item thinks of it, by the question's labels; nothing before there is a model.
    pub fn thinks_of(&self, seq: u32) -> Vec<f32> {
        let Some(row) = (seq as usize).checked_sub(1) else { return Vec::new() };
        match (&self.said, &self.model) {
            (Some(said), _) => said.row(row).iter().copied().filter(|p| !p.is_nan()).collect(),
            (None, Some(model)) => model.probabilities_of(&self.features, row),
            (None, None) => Vec::new(),
        }
    }
}

/// The newest round's model, where it is here and its classes are still the question's labels.
pub fn newest_model(
    project: &Project,
    paths: &Paths,
    question: &Question,
    rounds: &[Round],
    control: &Control,
) -> Result<Option<RoundModel>> {
    let Some(newest) = rounds.last() else { return Ok(None) };
    let classes = newest.round.params.get("classes").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let same = |(class, label): (&Json, &Label)| class.as_str().is_some_and(|id| id == label.id.to_string());
    let fits = classes.len() <= question.labels.len() && classes.iter().zip(&question.labels).all(same);
    let weights = project.weights(question.id)?.filter(|(_, hash, _)| fits && *hash == newest.round.weights_hash);
    let Some((_, _, bytes)) = weights else { return Ok(None) };
    let model = RoundModel::read(&bytes, newest, project, paths, control)?;
    Ok(model.filter(|model| model.classes() == classes.len()))
}

/// Collects what a round and an order are computed from.
pub fn ground(project: &Project, paths: &Paths, question: &Question, control: &Control) -> Result<Ground> {
    let features = features_of(project, paths, true, control)?;
    let columns = project.items()?;
    let rows = columns.keys.len();
    let class: BTreeMap<_, u32> =
        question.labels.iter().zip(0..).filter(|(label, _)| !label.retired).map(|(label, i)| (label.id, i)).collect();
    let class_of = |value: &Value| value.as_choice().and_then(|label| class.get(&label).copied());
    let said: BTreeMap<_, u32> = question.labels.iter().zip(0..).map(|(label, i)| (label.id, i)).collect();
    let (mut taken, mut truth, mut answers) = (vec![false; rows], BTreeMap::new(), Vec::new());
    let mut take = |seq: u32| taken.get_mut(seq as usize - 1).into_iter().for_each(|taken| *taken = true);
    project.for_each_current(question, |answer| {
        if let (Said::Value(value), false) = (&answer.said, answer.stale) {
            take(answer.item);
            let class = value.as_choice().and_then(|label| said.get(&label));
            answers.extend(class.map(|class| (answer.item - 1, *class)));
        }
    })?;
    let mut ruled = HashSet::new();
    for (seq, settled) in project.settled(question)? {
        take(seq);
        if settled.origin != SettledOrigin::Unanimous {
            ruled.insert(seq - 1);
        }
        truth.extend(class_of(&settled.value).map(|class| (seq, class)));
    }
    let aside = |seq: u32| columns.is_test(seq);
    let examples = truth.iter().filter(|(seq, _)| !aside(**seq)).map(|(seq, class)| (seq - 1, *class)).collect();
    for (seq, value) in project.gold(question)? {
        if let Some(class) = class_of(&value) {
            truth.insert(seq, class);
        }
    }
    let evaluation = truth.iter().filter(|(seq, _)| aside(**seq)).map(|(seq, class)| (seq - 1, *class)).collect();
    let learn = |row: &u32| {
        let i = *row as usize;
        columns.live.get(i) == Some(&true) && !columns.is_test(*row + 1)
    };
    let (labelled, candidates) = (0..rows as u32).filter(learn).partition(|row| taken[*row as usize]);
    answers.retain(|(row, _)| learn(row) && !ruled.contains(row));
    answers.sort_unstable();
    Ok(Ground { features, examples, evaluation, candidates, labelled, answers })
}

/// Orders the learn lane: by what the run says of every row that the project has settled on, else by what the round's
/// model thinks, if there is one. Gives what the run says beside it, and which of them orders. The order does not say of
/// which round it is.
///
/// # Errors
/// Where it was stopped.
pub fn order(
    project: &Project,
    ground: &Ground,
    question: &Question,
    round: Option<(&RoundModel, &Probabilities)>,
    how: &Manner,
    control: &Control,
) -> Result<(Ordered, Option<Probabilities>, By)> {
    let mut by = By::how(project, question, how)?;
    let rows = ground.features.rows().len();
    let predicted = by.run.as_ref().map(|run| by::predicted(project, question, run, rows)).transpose()?.flatten();
    if let (Some(run), None) = (&by.run, &predicted) {
        by.note = Some(format!("run {} gives no probabilities: the rounds order the queue", run.number));
        by.run = None;
    }
    let Some((said, seen)) = predicted else {
        let thinks = round.map(|(model, probabilities)| (model.seen(), probabilities));
        return Ok((ranked(ground, &ground.candidates, question, thinks, how, control)?, None, by));
    };
    let said = by::completed(said, round.map(|(_, probabilities)| probabilities));
    let is_known = |row: &u32| said.row(*row as usize).first().is_some_and(|p| !p.is_nan());
    let (known, unknown): (Vec<u32>, Vec<u32>) = ground.candidates.iter().partition(|row| is_known(row));
    let mut ordered = ranked(ground, &known, question, Some((&seen, &said)), how, control)?;
    ordered.order.items.extend(by::at_random(unknown, how.seed).into_iter().map(|row| row + 1));
    ordered.order.scores.resize(ordered.order.items.len(), f32::NAN);
    Ok((ordered, Some(said), by))
}

/// Orders the candidates by what a model thinks of every row, if there is one, and by the classes that it has seen; fits
/// what else the strategy goes by.
fn ranked(
    ground: &Ground,
    candidates: &[u32],
    question: &Question,
    thinks: Option<(&[u32], &Probabilities)>,
    how: &Manner,
    control: &Control,
) -> Result<Ordered> {
    let sought = match &how.strategy {
        Strategy::Seek(name) => question.labels.iter().position(|label| !label.retired && label.name == *name),
        _ => None,
    };
    let committee = match how.strategy {
        Strategy::Committee if thinks.is_some() => committee(ground, question, how.seed, control)?,
        _ => None,
    };
    let answered = match how.strategy {
        Strategy::Disagreement if thinks.is_some() => Some(answered(ground, question, how, control)?),
        _ => None,
    };
    let seen = |class: &u32| thinks.is_some_and(|(seen, _)| seen.contains(class));
    let ranking = rank(&RankInput {
        rows: ground.features.rows(),
        candidates,
        labelled: &ground.labelled,
        probabilities: thinks.map(|(_, probabilities)| probabilities),
        strategy: &how.strategy,
        sought: sought.and_then(|place| u32::try_from(place).ok()).filter(seen),
        committee: committee.as_ref(),
        answered: answered.as_ref(),
        batch: how.batch,
        seed: how.seed,
    });
    let scores = (0..ranking.order.len()).map(|place| ranking.score(place).unwrap_or(f32::NAN)).collect();
    let items = ranking.order.iter().map(|row| row + 1).collect();
    let order = Order { round: None, items, scores, again: ranking.again };
    Ok(Ordered { order, used: ranking.used, note: ranking.note })
}

/// A committee of models that learned from what is settled; none while that is of one class.
fn committee(ground: &Ground, question: &Question, seed: u64, control: &Control) -> Result<Option<Committee>> {
    let (rows, classes) = (ground.features.rows(), question.labels.len());
    let watch = watched(control, "committee");
    fitted(fit_committee(rows, &ground.examples, classes, &ground.candidates, seed, &watch))
}

/// What people said, and what models say to it that have not seen it.
fn answered(ground: &Ground, question: &Question, how: &Manner, control: &Control) -> Result<Answered> {
    let (rows, classes) = (ground.features.rows(), question.labels.len());
    let mut of: Vec<u32> = ground.answers.iter().map(|(row, _)| *row).collect();
    of.dedup();
    let watch = watched(control, "second opinion");
    let thoughts = fitted(held_out(rows, &ground.examples, classes, &of, how.seed, &watch))?;
    let thoughts = thoughts.unwrap_or_else(|| Probabilities::new(classes, Vec::new()));
    Ok(Answered { answers: ground.answers.clone(), thoughts, wanted: how.wanted })
}

/// What a learner tells, reported and drawn as a stage of a job.
pub fn watched<'a>(control: &'a Control, stage: &'a str) -> impl Fn(Told) -> bool + Sync + 'a {
    move |told| {
        control.report(stage, (told.done * 100.0) as u64, 100);
        told.point.into_iter().for_each(|point| control.draw(point));
        !control.is_cancelled()
    }
}

/// What was fitted; none where the answers are of one class.
fn fitted<T>(outcome: std::result::Result<T, FitError>) -> Result<Option<T>> {
    match outcome {
        Ok(fitted) => Ok(Some(fitted)),
        Err(FitError::TooFewClasses(_)) => Ok(None),
        Err(FitError::Stopped) => Err(Error::new(Kind::Interrupted, "ordering the queue was stopped")),
        Err(other) => Err(Error::internal(other.to_string())),
    }
}

/// What the rounds so far say about stopping.
pub fn judge(rounds: &[Round]) -> Advice {
    let summary = |round: &Round| RoundSummary {
        answers: round.round.answers as usize,
        accuracy: super::retrain::accuracy(round),
        kappa: round.round.score.get("kappa").and_then(Json::as_f64),
    };
    advice(&rounds.iter().map(summary).collect::<Vec<_>>())
}

/// The features of all items: mapped from the cache, or computed with progress.
pub fn features_of(project: &Project, paths: &Paths, with_fields: bool, control: &Control) -> Result<Features> {
    let cache = Cache::new(&paths.cache, CACHE_LIMIT);
    let total = u64::from(project.item_rows()?);
    let fields = project.fields()?;
    let wanted: Vec<(usize, &str)> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| with_fields && field.feature)
        .map(|(i, field)| (i, field.name.as_str()))
        .collect();
    let mut key = blake3::Hasher::new();
    key.update(&project.items_digest()?.0);
    for (i, name) in &wanted {
        key.update(format!("\n{i} {name}").as_bytes());
    }
    let key = crate::domain::Digest(*key.finalize().as_bytes());
    let mut tokens: Vec<Vec<String>> = Vec::new();
    if !wanted.is_empty() {
        project.for_each_fields(|_, values| {
            let token = |(i, name): &(usize, &str)| values.get(*i).and_then(|value| field_token(name, value));
            tokens.push(wanted.iter().filter_map(token).collect());
        })?;
    }
    let read = |feed: crate::cache::Feed<'_>| {
        let mut outcome = Ok(());
        let mut tokens = tokens.iter().cloned();
        project.for_each_text(|_, text| {
            if outcome.is_ok() {
                outcome = feed(text, tokens.next().unwrap_or_default());
            }
        })?;
        outcome
    };
    let watch = |done: usize| {
        control.report("features", done as u64, total);
        !control.is_cancelled()
    };
    features(&cache, &key, &Recipe::default(), read, &watch)
}
