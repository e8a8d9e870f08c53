//! Two runs on the same rows: on what is settled today, and on what was when the second was trained.

use super::ground::{Classes, Known};
use super::measure::{Said, cases};
use crate::domain::Question;
use crate::error::{Error, Result};
use crate::project::{Predictions, Project, Run, RunOrigin, State};
use crate::resampling::Resampling;
use crate::training::evaluation::{Comparison, compare as compare_cases};
use std::collections::{BTreeSet, HashMap};

/// How two runs differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The split whose rows both were judged by.
    pub split: &'static str,
    /// On the values that hold today; none where no row has one.
    pub today: Option<Comparison>,
    /// On the values that held when the later of the two was trained.
    pub then: Option<Comparison>,
    /// Rows that one of the two has no prediction for, or learned from.
    pub left_out: usize,
}

/// Compares two runs on the rows of the test split that neither learned from.
///
/// # Errors
/// Where they do not tell the same classes apart, or have no rows in common.
pub fn compare(project: &Project, question: &Question, a: &Run, b: &Run, seed: u64) -> Result<Compared> {
    let (classes_a, classes_b) = (classes(a)?, classes(b)?);
    if classes_a.are_sets() || classes_b.are_sets() {
        return Err(Error::usage("runs of label sets are compared by their metrics: karat runs show"));
    }
    if !classes_a.are_those_of(&classes_b) {
        return Err(Error::usage(format!("runs {} and {} do not tell the same labels apart", a.number, b.number))
            .hint("train the older one again on today's labels: karat train"));
    }
    let said = [project.predictions(a.id, classes_a.len())?, project.predictions(b.id, classes_b.len())?];
    let learned = [learned_from(project, question, a, &classes_a)?, learned_from(project, question, b, &classes_b)?];
    let now = project.state(question)?;
    let resampling = Resampling { seed, ..Resampling::default() };
    let (today, left_out) = on(&now, &classes_a, &said, &learned, resampling);
    let later = if a.at > b.at { a } else { b };
    let then = match state_of(project, question, later)? {
        Some(state) => on(&state, &classes_a, &said, &learned, resampling).0,
        None => None,
    };
    if today.is_none() && then.is_none() {
        return Err(Error::data(format!(
            "no row of the test split has a settled value and predictions of both {} and {}",
            a.number, b.number
        ))
        .hint("karat split says what judges; answers to it come through the random lane"));
    }
    Ok(Compared { split: "test", today, then, left_out })
}

fn classes(run: &Run) -> Result<Classes> {
    serde_json::from_value(run.run.record["labels"].clone())
        .map_err(|_| Error::data(format!("run {} does not say which labels it tells apart", run.number)))
}

fn state_of(project: &Project, question: &Question, run: &Run) -> Result<Option<State>> {
    let snapshots = project.snapshots(question.id)?;
    let snapshot = snapshots.iter().find(|snapshot| Some(snapshot.id) == run.run.snapshot);
    snapshot.map(|snapshot| project.state_of(question, snapshot)).transpose()
}

/// The rows that a run learned from or was tuned on, as far as that is known: of one that came in it is not.
fn learned_from(project: &Project, question: &Question, run: &Run, classes: &Classes) -> Result<BTreeSet<u32>> {
    if run.run.origin == RunOrigin::Imported {
        return Ok(BTreeSet::new());
    }
    let Some(state) = state_of(project, question, run)? else { return Ok(BTreeSet::new()) };
    let known = Known::of(&state, classes);
    Ok(known.train.iter().chain(&known.validation).map(|(row, _)| *row).collect())
}

fn on(
    state: &State,
    classes: &Classes,
    said: &[Predictions; 2],
    learned: &[BTreeSet<u32>; 2],
    resampling: Resampling,
) -> (Option<Comparison>, usize) {
    let known = Known::of(state, classes);
    let place = |said: &Predictions| -> HashMap<u32, usize> {
        said.items.iter().enumerate().map(|(place, (seq, _))| (*seq, place)).collect()
    };
    let places = [place(&said[0]), place(&said[1])];
    let usable: Vec<&(u32, Vec<u32>)> = (known.test.iter())
        .filter(|(row, _)| places.iter().all(|places| places.contains_key(&(row + 1))))
        .filter(|(row, _)| learned.iter().all(|learned| !learned.contains(row)))
        .collect();
    let truths: Vec<&[u32]> = usable.iter().map(|(_, of)| &of[..]).collect();
    let of = |i: usize| {
        let places: Vec<usize> = usable.iter().map(|(row, _)| places[i][&(row + 1)]).collect();
        cases(classes, &Said::stored(&said[i], &places), &truths)
    };
    (compare_cases(&of(0), &of(1), resampling), known.test.len() - usable.len())
}
