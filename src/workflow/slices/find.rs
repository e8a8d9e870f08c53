//! Finding the slices where a run fails most.

use super::columns::columns;
use super::judged::{ErrorKind, Judged};
use crate::domain::Question;
use crate::error::{Error, Result};
use crate::ids::mix;
use crate::jobs::Control;
use crate::project::Project;
use crate::slices::binning::{Binned, Binning, Cut};
use crate::slices::finder::{
    Columns, Errors, Search, Slice, Term, Weight, benjamini_hochberg, groups, mean_interval, more_error, p_value,
};
use crate::workflow::frame;
use rayon::prelude::*;

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What counts as an error.
    pub kind: ErrorKind,
    /// What error counts against size, between 0 and 1.
    pub alpha: f64,
    /// How many slices.
    pub k: usize,
    /// Whether to look for ten times as many, and to give the best of each group of near-copies alone.
    pub distinct: bool,
    /// Rows of a slice, at least; else a hundredth of all, and 32.
    pub min_support: Option<usize>,
    /// Terms of a slice, at most; else as many as there are fields.
    pub max_terms: Option<usize>,
    /// What slices are made of; empty for all that there is.
    pub fields: Vec<String>,
    /// How numbers are put into bins, and into how many.
    pub cut: Cut,
    /// How many bins.
    pub bins: usize,
    /// How often errors are shuffled to tell what is found by chance.
    pub shuffles: u32,
    /// Whether to search one half of the rows, and to test on the other what was found.
    pub verify: bool,
    /// Where the randomness starts.
    pub seed: u64,
}

/// A slice that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSlice {
    /// Its predicate.
    pub predicate: String,
    /// The same, as it is shown: ranges are short.
    pub shown: String,
    /// How many rows.
    pub size: usize,
    /// The sum of their errors.
    pub error_sum: f64,
    /// The interval of their mean error, 95%.
    pub ci95: Option<(f64, f64)>,
    /// How good it is.
    pub score: f64,
    /// The chance of a score this good where errors do not depend on the fields, by shuffles; none without any.
    pub p_value: Option<f64>,
    /// The chance that it has no more error than the rest, by the half that had no part in finding it, adjusted for how
    /// many were found; none where the search was over all rows, or too few rows are there.
    pub verified: Option<f64>,
    /// The group of slices about the same rows, by number, and how much of its rows it shares with the first of them.
    pub group: (usize, f64),
    /// How many others were found that are in its group.
    pub alike: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The best slices first.
    pub slices: Vec<FoundSlice>,
    /// The mean error of the rows that were searched: all, or with `verify` one half.
    pub mean_error: f64,
    /// How many rows were searched.
    pub rows: usize,
    /// Rows of a slice, at least.
    pub min_support: usize,
    /// How many slices were looked at.
    pub evaluated: usize,
    /// How many times the mean error a slice of 1%, 5% and 10% of the rows needs.
    pub break_even: [f64; 3],
}

/// Finds the slices with the most error.
///
/// # Errors
/// Where a setting cannot be, a field is not known, the run does not say what the kind of error needs, or it was stopped.
pub fn find(
    project: &Project,
    question: &Question,
    judged: &Judged,
    asked: &Asked,
    control: &Control,
) -> Result<Found> {
    if !(asked.alpha > 0.0 && asked.alpha < 1.0) {
        return Err(Error::usage(format!("α is {}, and has to lie between 0 and 1", asked.alpha))
            .hint("nearer to 1 finds smaller slices with more error: the paper's is 0.95"));
    }
    if asked.k == 0 || asked.bins < 2 {
        return Err(Error::usage("at least one slice and two bins are needed"));
    }
    let errors = judged.errors(asked.kind)?;
    let items: Vec<u32> = judged.rows.iter().map(|(row, _)| *row).collect();
    let all: Vec<usize> = (0..items.len()).collect();
    let (own, others): (Vec<usize>, Vec<usize>) = match asked.verify {
        true => all.into_iter().partition(|place| mix(asked.seed, u64::from(items[*place])) & 1 == 0),
        false => (all, Vec::new()),
    };
    let of = |places: &[usize]| -> Vec<f64> { places.iter().map(|place| errors[*place]).collect() };
    let (own_errors, other_errors) = (of(&own), of(&others));
    let rows = own.len();
    let usual = Search::usual(rows);
    let search = Search {
        alpha: asked.alpha,
        k: if asked.distinct { asked.k.saturating_mul(10) } else { asked.k },
        min_support: asked.min_support.unwrap_or(usual.min_support),
        max_terms: asked.max_terms,
    };
    control.report("fields", 0, 0);
    let vocabulary = frame::vocabulary(project, question)?;
    let binning = Binning { cut: asked.cut, bins: asked.bins, least: search.min_support };
    let binned = columns(project, &vocabulary, &asked.fields, &items, binning)?;
    control.check()?;
    let table = Columns(binned.iter().map(|binned| binned.column.clone()).collect());
    let ready = table.of(&own).ready();
    let errors = Errors::of(&own_errors);
    control.report("searching", 0, 0);
    let watch = || !control.is_cancelled();
    let found = search.find(&ready, &errors, &watch);
    control.check()?;
    control.report("shuffling", 0, u64::from(asked.shuffles));
    let by_chance = match found.slices.is_empty() {
        true => Some(Vec::new()),
        false => search.by_chance(&ready, &own_errors, asked.shuffles, asked.seed, &watch),
    };
    control.check()?;
    let by_chance = by_chance.unwrap_or_default();
    let groups = groups(&ready, &found.slices);
    let other = table.of(&others).ready();
    let tested = |slice: &Slice| more_error(&other, slice, &other_errors);
    let verified = adjusted(&found.slices.par_iter().map(tested).collect::<Vec<_>>());
    let told = |place: &usize| {
        let (slice, group, verified) = (&found.slices[*place], &groups[*place], &verified[*place]);
        let part = |of: fn(&Binned) -> &[String]| {
            let word = |term: &Term| of(&binned[term.field as usize])[term.value as usize].as_str();
            slice.terms.iter().map(word).collect::<Vec<_>>().join(" AND ")
        };
        let inside: Vec<f64> = ready.rows_of(&slice.terms).into_iter().map(|row| own_errors[row]).collect();
        FoundSlice {
            predicate: part(|binned| &binned.predicates),
            shown: part(|binned| &binned.column.values),
            size: slice.size,
            error_sum: slice.errors,
            ci95: mean_interval(&inside),
            score: slice.score,
            p_value: (!by_chance.is_empty()).then(|| p_value(slice.score, &by_chance)),
            verified: *verified,
            group: *group,
            alike: groups.iter().filter(|other| other.0 == group.0).count() - 1,
        }
    };
    let first =
        |(place, group): &(usize, &(usize, f64))| groups.iter().position(|other| other.0 == group.0) == Some(*place);
    let wanted: Vec<usize> = match asked.distinct {
        true => groups.iter().enumerate().filter(first).map(|(place, _)| place).take(asked.k).collect(),
        false => (0..found.slices.len()).collect(),
    };
    let weight = Weight { alpha: asked.alpha, rows, mean: errors.mean() };
    Ok(Found {
        slices: wanted.iter().map(told).collect(),
        mean_error: errors.mean(),
        rows,
        min_support: search.min_support,
        evaluated: found.evaluated,
        break_even: [0.01, 0.05, 0.1].map(|share| weight.break_even(share)),
    })
}

/// p-values adjusted for how many there are.
fn adjusted(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut adjusted = benjamini_hochberg(&p_values.iter().flatten().copied().collect::<Vec<_>>()).into_iter();
    p_values.iter().map(|p| p.and_then(|_| adjusted.next())).collect()
}
