//! One round of the live ranker: learn from what is settled, measure on the evaluation set, write the weights.
//!
//! One process does it at a time, under a job lease; what is killed half-way has written nothing.

use super::ranking::{self, Family, Ground, Manner, Ranked, RoundModel};
use super::settings;
use crate::domain::{ActKind, Estimate, PersonId, Question};
use crate::error::{Error, Kind, Result};
use crate::features::Recipe;
use crate::jobs::Control;
use crate::models::learner::LearnerKind;
use crate::models::{FitError, LogisticRegression, Probabilities};
use crate::paths::Paths;
use crate::project::{NewRound, Project, Round};
use crate::queue::stopping::kappa;
use crate::training::evaluation::{Evaluation, Metric};
use crate::training::{RoundInput, fit_round, round_score};
use serde_json::{Value as Json, json};
use std::time::Instant;

/// How long a process may train before others stop believing that it lives.
const LEASE_MS: i64 = 120_000;
/// Two rounds of one question are at least so far apart, unless somebody asks for one.
pub const THROTTLE_MS: i64 = 5_000;
/// Rows whose predictions are compared with those of the round before.
const COMPARED: usize = 2_000;

/// Runs one round now, whatever the throttle says, and orders the learn lane by it.
///
/// # Errors
/// `Conflict` while another process trains this question; `Data` where answers of two labels are not there yet.
pub fn now(
    project: &mut Project,
    paths: &Paths,
    by: PersonId,
    question: &Question,
    seed: u64,
    control: &Control,
) -> Result<Ranked> {
    if question.kind != crate::domain::Kind::Choice {
        return Err(Error::usage(format!(
            "the ranker learns questions of kind choice, {} is {}",
            question.name, question.kind
        )));
    }
    let job = format!("round:{}", question.id);
    let who = project.name_of(by)?;
    if !project.take_job(&job, &format!("{who}, who trains {}", question.name), LEASE_MS)? {
        let holder = project.job_holder(&job)?.unwrap_or_else(|| "another process".to_owned());
        return Err(Error::conflict(format!("{holder} is training this question")).hint("its result comes by itself"));
    }
    let done = train(project, paths, by, question, seed, control);
    project.release_job(&job)?;
    done
}

/// Whether the newest round is so young that the next one waits.
pub fn is_throttled(project: &Project, question: &Question, now: i64) -> Result<bool> {
    let newest = project.rounds(question.id)?.last().map(|round| round.at);
    Ok(newest.is_some_and(|at| (0..THROTTLE_MS).contains(&(now - at))))
}

/// A round's accuracy on the evaluation set, as its row tells it.
pub fn accuracy(round: &Round) -> Option<Estimate> {
    let score = round.round.score.get("accuracy")?;
    let end = |i: usize| score.get("ci95")?.get(i)?.as_f64();
    let n = usize::try_from(score.get("n")?.as_u64()?).ok()?;
    Some(Estimate { value: score.get("value")?.as_f64()?, low: end(0)?, high: end(1)?, n })
}

fn train(
    project: &mut Project,
    paths: &Paths,
    by: PersonId,
    question: &Question,
    seed: u64,
    control: &Control,
) -> Result<Ranked> {
    let started = Instant::now();
    let how = Manner::of(&settings::of(project)?, seed);
    let seen = project.heads()?;
    let ground = ranking::ground(project, paths, question, control)?;
    let before = ranking::newest_model(project, paths, question, &project.rounds(question.id)?, control)?;
    let outcome = match how.family {
        LearnerKind::LogisticRegression => fit(&ground, question, seed, control)?,
        family => fit_family(family, &ground, question, seed, (project, paths, control))?,
    };
    let kappa = before.and_then(|before| agreement(&before, &outcome, &ground));
    // Before anything is written: whoever stops it finds nothing half done.
    let thinks = Some((&outcome.model, &outcome.probabilities));
    let (mut ordered, said, orders) = ranking::order(project, &ground, question, thinks, &how, control)?;
    let round = NewRound {
        question: question.id,
        strategy: how.strategy.to_string(),
        seed,
        seen,
        answers: u32::try_from(ground.examples.len()).unwrap_or(u32::MAX),
        params: outcome.params.clone(),
        score: score(&outcome, kappa),
        weights_hash: outcome.model.hash(),
        ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
    };
    control.check()?;
    project.write(by, ActKind::Round, |w| w.add_round(&round, &outcome.model.to_bytes()))?;
    let rounds = project.rounds(question.id)?;
    ordered.order.round = said.is_none().then(|| rounds.last().map(|round| round.number)).flatten();
    let advice = ranking::judge(&rounds);
    let model = Some(outcome.model);
    Ok(Ranked { round: rounds.into_iter().last(), model, said, by: orders, features: ground.features, ordered, advice })
}

/// What a round came to, before it is written.
struct Outcome {
    model: RoundModel,
    probabilities: Probabilities,
    score: Option<Evaluation>,
    /// What is needed to do it again.
    params: Json,
}

/// A round of another family, by the code that fits a run.
fn fit_family(
    kind: LearnerKind,
    ground: &Ground,
    question: &Question,
    seed: u64,
    within: (&Project, &Paths, &Control),
) -> Result<Outcome> {
    let (family, settings) = Family::fit(kind, question, &ground.examples, seed, within)?;
    let probabilities = family.said().clone();
    let score = round_score(&probabilities, &ground.evaluation);
    let model = RoundModel::Family(family);
    let params = json!({
        "model": kind.as_str(), "params": settings, "features": Recipe::default().name(), "seen": model.seen(),
        "classes": classes(question),
    });
    Ok(Outcome { model, probabilities, score, params })
}

fn fit(ground: &Ground, question: &Question, seed: u64, control: &Control) -> Result<Outcome> {
    let regression = &LogisticRegression { seed, ..LogisticRegression::default() };
    let input = RoundInput {
        rows: ground.features.rows(),
        examples: &ground.examples,
        classes: question.labels.len(),
        evaluation: &ground.evaluation,
        regression,
    };
    let done = fit_round(&input, &ranking::watched(control, "training")).map_err(|error| match error {
        FitError::Stopped => Error::new(Kind::Interrupted, "training was stopped"),
        FitError::TooFewClasses(n) => Error::data(format!("the ranker needs answers of two labels, there are {n}"))
            .hint("answer a few more items: until then the queue is ordered by coverage"),
        other => Error::internal(other.to_string()),
    })?;
    let params = params(question, regression);
    Ok(Outcome { model: RoundModel::Linear(done.model), probabilities: done.probabilities, score: done.score, params })
}

/// κ of this round's predictions with the last one's, on evenly spaced rows.
fn agreement(before: &RoundModel, outcome: &Outcome, ground: &Ground) -> Option<f64> {
    let rows = ground.features.rows();
    let step = (rows.len() / COMPARED).max(1);
    let likeliest =
        |p: &[f32]| (0u32..).zip(p).fold((0, f32::MIN), |best, (i, &p)| if p > best.1 { (i, p) } else { best }).0;
    let (old, new): (Vec<u32>, Vec<u32>) = (0..rows.len())
        .step_by(step)
        .map(|row| {
            (likeliest(&before.probabilities_of(&ground.features, row)), likeliest(outcome.probabilities.row(row)))
        })
        .unzip();
    kappa(&old, &new)
}

/// What is needed to do the round again; `classes` are the labels in the order of the weights.
fn params(question: &Question, regression: &LogisticRegression) -> Json {
    json!({
        "model": "logistic-regression", "c": regression.c, "tolerance": regression.tolerance,
        "max_epochs": regression.max_epochs, "features": Recipe::default().name(), "classes": classes(question),
    })
}

fn classes(question: &Question) -> Vec<String> {
    question.labels.iter().map(|label| label.id.to_string()).collect()
}

fn score(outcome: &Outcome, kappa: Option<f64>) -> Json {
    let scored = outcome.score.as_ref().and_then(|score| Some((score, score.accuracy()?)));
    let Some((score, Estimate { value, low, high, n })) = scored else {
        return json!({"accuracy": null, "reason": "nothing of the evaluation set has gold or a settled value", "kappa": kappa});
    };
    json!({
        "accuracy": {"value": value, "ci95": [low, high], "n": n}, "macro_f1": score.value(Metric::MacroF1),
        "log_loss": score.value(Metric::LogLoss), "ece": score.value(Metric::Ece), "kappa": kappa,
    })
}
