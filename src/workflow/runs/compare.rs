//! Two runs on the same rows: on what is settled today, and on what was when the second was trained.

use super::ground::{Classes, Known};
use super::measure::{Chances, Said, cases, set_cases};
use super::unseen::{Unseen, state_of};
use crate::domain::Question;
use crate::error::{Error, Result};
use crate::project::{Predictions, Project, Run, State};
use crate::resampling::Resampling;
use crate::training::evaluation::{Comparison, CostMatrix, Metric, compare as compare_cases, compare_sets};
use crate::workflow::costs::Costs;
use std::collections::{BTreeMap, HashMap};

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
    /// What the seed alone made of the metrics, where both were trained from several seeds.
    pub spreads: BTreeMap<Metric, Spreads>,
    /// What mistakes cost today; none where all cost the same.
    pub costs: Option<CostMatrix>,
}

/// The least and the greatest value of a metric over the seeds of two runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreads {
    /// Of the first run.
    pub a: (f64, f64),
    /// Of the second.
    pub b: (f64, f64),
}

impl Spreads {
    /// Whether another seed might have turned the difference round.
    pub fn overlap(&self) -> bool {
        self.a.0 <= self.b.1 && self.b.0 <= self.a.1
    }
}

/// What a run says, as far as it is compared.
struct Side {
    said: Predictions,
    chances: Chances,
    /// What it may be judged by.
    unseen: Unseen,
}

impl Side {
    fn of(project: &Project, question: &Question, run: &Run, classes: &Classes) -> Result<Self> {
        Ok(Self {
            said: project.predictions(run.id, classes.len())?,
            chances: Chances::of(&run.run.record),
            unseen: Unseen::of(project, question, run, classes)?,
        })
    }
}

/// Compares two runs on the rows of the test split that neither learned from; where there are none, and cross-validation judged
/// both, on what models of the others said of the rows that both learned from.
///
/// # Errors
/// Where they do not tell the same classes apart, or have no rows in common.
pub fn compare(project: &Project, question: &Question, a: &Run, b: &Run, seed: u64) -> Result<Compared> {
    let (classes_a, classes_b) = (Classes::told(a)?, Classes::told(b)?);
    if !classes_a.are_those_of(&classes_b) {
        return Err(Error::usage(format!("runs {} and {} do not tell the same labels apart", a.number, b.number))
            .hint("train the older one again on today's labels: karat train"));
    }
    let sides = [Side::of(project, question, a, &classes_a)?, Side::of(project, question, b, &classes_b)?];
    let costs = Costs::of(project, question)?.and_then(|costs| costs.matrix(&classes_a));
    let now = project.state(question)?;
    let resampling = Resampling { seed, ..Resampling::default() };
    let today = on(&now, &classes_a, &sides, costs.as_ref(), resampling);
    let later = if a.at > b.at { a } else { b };
    let then = match state_of(project, question, later)? {
        Some(state) => on(&state, &classes_a, &sides, costs.as_ref(), resampling).compared,
        None => None,
    };
    if today.compared.is_none() && then.is_none() {
        return Err(Error::data(format!(
            "no row of the test split has a settled value and predictions of both {} and {}",
            a.number, b.number
        ))
        .hint("karat split says what judges; answers to it come through the random lane"));
    }
    let On { split, compared: today, left_out } = today;
    Ok(Compared { split, today, then, left_out, spreads: spreads(a, b, split), costs })
}

/// The spreads of the metrics that both runs have one of on a split.
fn spreads(a: &Run, b: &Run, split: &str) -> BTreeMap<Metric, Spreads> {
    let of = |run: &Run, metric: Metric| {
        let seeds = &run.run.record["seeds"];
        let range = &seeds["metrics"][metric.as_str()];
        Some((range["min"].as_f64()?, range["max"].as_f64()?)).filter(|_| seeds["split"] == split)
    };
    let both = |metric: &Metric| Some((*metric, Spreads { a: of(a, *metric)?, b: of(b, *metric)? }));
    Metric::ALL.iter().filter_map(both).collect()
}

/// Two runs on the rows of one state.
struct On {
    split: &'static str,
    compared: Option<Comparison>,
    /// Rows of the test split that one has no prediction for, or learned from.
    left_out: usize,
}

fn on(state: &State, classes: &Classes, sides: &[Side; 2], costs: Option<&CostMatrix>, resampling: Resampling) -> On {
    let known = Known::of(state, classes);
    let place = |said: &Predictions| -> HashMap<u32, usize> {
        said.items.iter().enumerate().map(|(place, (seq, _))| (*seq, place)).collect()
    };
    let places = [place(&sides[0].said), place(&sides[1].said)];
    let usable = |rows: &[(u32, Vec<u32>)], may: fn(&Unseen, u32) -> bool| -> Vec<(u32, Vec<u32>)> {
        let said = |row: u32| places.iter().all(|places| places.contains_key(&(row + 1)));
        let may = |row: u32| sides.iter().all(|side| may(&side.unseen, row));
        rows.iter().filter(|(row, _)| said(*row) && may(*row)).cloned().collect()
    };
    let mut split = "test";
    let mut rows = usable(&known.test, |unseen, row| !unseen.was_seen(row));
    let left_out = known.test.len() - rows.len();
    if rows.is_empty() {
        // Both were judged by cross-validation: what they say of what they learned from is out of fold.
        let all = [&known.train[..], &known.validation, &known.test].concat();
        (split, rows) = ("cross-validation", usable(&all, Unseen::is_out_of_fold));
    }
    let usable = rows;
    let truths: Vec<&[u32]> = usable.iter().map(|(_, of)| &of[..]).collect();
    let said = |i: usize| {
        let places: Vec<usize> = usable.iter().map(|(row, _)| places[i][&(row + 1)]).collect();
        Said::stored(&sides[i].said, &places, sides[i].chances)
    };
    let (a, b) = (said(0), said(1));
    if classes.are_sets() {
        let of = |said: &Said| set_cases(classes, said, &truths);
        return On { split, compared: compare_sets(&of(&a), &of(&b), resampling), left_out };
    }
    let (a, b) = (cases(classes, &a, &truths), cases(classes, &b, &truths));
    let mut compared = compare_cases(&a, &b, resampling);
    if let Some(compared) = &mut compared {
        compared.differences.extend(costs.and_then(|costs| costs.compare(&a, &b, resampling)));
    }
    On { split, compared, left_out }
}
