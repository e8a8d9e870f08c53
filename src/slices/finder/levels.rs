//! The search, level by level.

use super::bits::Bits;
use super::errors::Sum;
use super::{Errors, Ready, Weight};
use rayon::prelude::*;
use std::collections::HashMap;

/// Slices whose first terms are the same, and which are therefore joined to one another, are looked at by one task; many
/// such tasks at a time, and a stop is heard between.
const TASKS: usize = 1024;

/// A field with one of its values, each by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// Which field.
    pub field: u32,
    /// Which of its values.
    pub value: u32,
}

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// What error counts against size, between 0 and 1.
    pub alpha: f64,
    /// How many slices, at most.
    pub k: usize,
    /// Rows of a slice, at least.
    pub min_support: usize,
    /// Terms of a slice, at most; none for as many as there are fields.
    pub max_terms: Option<usize>,
}

impl Search {
    /// The settings of the paper for so many rows: α = .95, ten slices of at least one row in a hundred and 32.
    pub fn usual(rows: usize) -> Self {
        Self { alpha: 0.95, k: 10, min_support: rows.div_ceil(100).max(32), max_terms: None }
    }
}

/// A slice that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Its terms, by field.
    pub terms: Vec<Term>,
    /// How many rows.
    pub size: usize,
    /// The sum of their errors.
    pub errors: f64,
    /// Its score; above 0.
    pub score: f64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The best slices, the best first; of equal ones the one with fewer terms.
    pub slices: Vec<Slice>,
    /// How many were looked at.
    pub evaluated: usize,
    /// Whether it was stopped before the end: then the slices are the best so far.
    pub stopped: bool,
}

/// A slice that may lead to others: its terms, by their number, and what is known of its rows.
type Lead = (Vec<u32>, Sum);

impl Search {
    /// The best slices of some rows. `watch` is asked now and then whether to go on.
    pub fn find(&self, ready: &Ready, errors: &Errors, watch: &(dyn Fn() -> bool + Sync)) -> Found {
        let weight = Weight { alpha: self.alpha, rows: errors.rows(), mean: errors.mean() };
        let mut held = Held { found: Found::default(), k: self.k };
        if errors.sum() <= 0.0 || self.k == 0 || self.max_terms == Some(0) {
            return held.found;
        }
        let all = Bits::all(errors.rows());
        let known: Vec<(&(Term, Bits), Sum)> =
            ready.terms.par_iter().map(|known| (known, errors.over(&known.1, &all))).collect();
        held.found.evaluated = known.len();
        // Terms without a lead of their own never come back, so that numbers are given to the others alone.
        let mut terms: Vec<&(Term, Bits)> = Vec::new();
        let mut leads: Vec<Lead> = Vec::new();
        for (known, sum) in known {
            if sum.size >= self.min_support.max(1) && sum.errors > 0.0 {
                held.offer(&[known.0], &sum, &weight);
                leads.push((vec![terms.len() as u32], sum));
                terms.push(known);
            }
        }
        let most = self.max_terms.unwrap_or(usize::MAX).min(ready.fields);
        for level in 2..=most {
            leads.retain(|(_, sum)| self.promises(sum, &weight, &held));
            if leads.len() < level {
                break;
            }
            let (next, stopped) = self.level(&leads, &terms, errors, &weight, &mut held, watch);
            held.found.stopped = stopped;
            if stopped {
                break;
            }
            leads = next;
        }
        held.found
    }

    /// Whether parts of what is bounded by this could still be held.
    fn promises(&self, most: &Sum, weight: &Weight, held: &Held) -> bool {
        weight.bound(most, self.min_support) > held.least()
    }

    /// Looks at all slices of one term more; true where it was stopped.
    fn level(
        &self,
        leads: &[Lead],
        terms: &[&(Term, Bits)],
        errors: &Errors,
        weight: &Weight,
        held: &mut Held,
        watch: &(dyn Fn() -> bool + Sync),
    ) -> (Vec<Lead>, bool) {
        let known: HashMap<&[u32], &Sum> = leads.iter().map(|(terms, sum)| (&terms[..], sum)).collect();
        // Leads are in the order of their terms: those that differ in the last alone stand together.
        let families: Vec<&[Lead]> = leads.chunk_by(|(a, _), (b, _)| a[..a.len() - 1] == b[..b.len() - 1]).collect();
        let mut next = Vec::new();
        for some in families.chunks(TASKS) {
            if !watch() {
                return (next, true);
            }
            let least = held.least();
            let looked: Vec<(Vec<Lead>, usize)> =
                some.par_iter().map(|family| self.family(family, &known, terms, errors, weight, least)).collect();
            for (children, evaluated) in looked {
                held.found.evaluated += evaluated;
                for (own, sum) in children {
                    let named: Vec<Term> = own.iter().map(|term| terms[*term as usize].0).collect();
                    held.offer(&named, &sum, weight);
                    next.push((own, sum));
                }
            }
        }
        (next, false)
    }

    /// Joins every two leads of a family.
    fn family(
        &self,
        family: &[Lead],
        known: &HashMap<&[u32], &Sum>,
        terms: &[&(Term, Bits)],
        errors: &Errors,
        weight: &Weight,
        least: f64,
    ) -> (Vec<Lead>, usize) {
        let (mut children, mut evaluated) = (Vec::new(), 0);
        let mut rows: Option<Bits> = None;
        let (mut part, mut own) = (Vec::new(), Vec::new());
        for (place, (first, sum)) in family.iter().enumerate() {
            let Some((&last, before)) = first.split_last() else { continue };
            let mut ready = false;
            for (second, other) in &family[place + 1..] {
                let Some(&added) = second.last() else { continue };
                if terms[last as usize].0.field == terms[added as usize].0.field {
                    continue;
                }
                own.clear();
                own.extend_from_slice(first);
                own.push(added);
                // Both parents are part of the family; the others lack one of the terms that these two share.
                let mut most = sum.least(other);
                let all = (0..before.len()).all(|without| {
                    part.clear();
                    part.extend(own.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, term)| *term));
                    known.get(&part[..]).map(|sum| most = most.least(sum)).is_some()
                });
                if !all || weight.bound(&most, self.min_support) <= least {
                    continue;
                }
                let of_first = rows.get_or_insert_with(|| Bits::none(errors.rows()));
                if !ready {
                    intersect(of_first, first, terms);
                    ready = true;
                }
                let sum = errors.over(of_first, &terms[added as usize].1);
                evaluated += 1;
                if sum.size >= self.min_support && sum.errors > 0.0 {
                    children.push((own.clone(), sum));
                }
            }
        }
        (children, evaluated)
    }
}

/// The rows that have all of some terms.
fn intersect(rows: &mut Bits, own: &[u32], terms: &[&(Term, Bits)]) {
    let bits = |term: &u32| &terms[*term as usize].1;
    match own {
        [] => {}
        [one] => *rows = bits(one).clone(),
        [a, b, rest @ ..] => {
            rows.set_to_both(bits(a), bits(b));
            rest.iter().for_each(|term| rows.keep(bits(term)));
        }
    }
}

/// The best slices so far.
struct Held {
    found: Found,
    k: usize,
}

impl Held {
    /// What a slice has to beat: the last that is held, once there are enough, and 0.
    fn least(&self) -> f64 {
        match self.found.slices.len() < self.k {
            true => 0.0,
            false => self.found.slices.last().map_or(0.0, |slice| slice.score),
        }
    }

    fn offer(&mut self, terms: &[Term], sum: &Sum, weight: &Weight) {
        let score = weight.score(sum.size, sum.errors);
        if score <= 0.0 || (self.found.slices.len() == self.k && score < self.least()) {
            return;
        }
        // Behind its equals: what was found first has fewer terms.
        let place = self.found.slices.partition_point(|held| held.score >= score);
        self.found.slices.insert(place, Slice { terms: terms.to_vec(), size: sum.size, errors: sum.errors, score });
        self.found.slices.truncate(self.k);
    }
}
