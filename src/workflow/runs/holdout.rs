//! What models are judged by: rows that none of them learned from.

use super::fit::{self, Manner, Material};
use super::ground::{Classes, Known};
use crate::domain::{Digest, FieldValue};
use crate::error::{Kind, Result};
use crate::models::{Probabilities, Told, Watch};
use crate::project::{Project, State};
use crate::splits::Ties;
use crate::training::{folds, nested};
use std::collections::HashMap;

/// How many parts cross-validation makes.
const FOLDS: u32 = 5;

/// The rows that judge: the test split, or where nothing of it is settled the training rows, each judged by a model of the
/// others.
#[derive(Debug)]
pub struct Holdout<'a> {
    material: &'a Material,
    classes: &'a Classes,
    known: &'a Known,
    /// Of every training row, what it must stay with; none where there is a test split.
    units: Option<Vec<u32>>,
    /// How many rows the material has.
    rows: usize,
}

impl<'a> Holdout<'a> {
    /// Of what is known of a state; rows of one value of the field `group` stay together.
    ///
    /// # Errors
    /// Where the project cannot be read.
    pub fn of(
        project: &Project,
        state: &State,
        group: Option<&str>,
        material: &'a Material,
        classes: &'a Classes,
        known: &'a Known,
    ) -> Result<Self> {
        let units = known.test.is_empty().then(|| units(project, state, group, known)).transpose()?;
        let rows = state.rows.iter().map(|row| row.seq).max().unwrap_or(0) as usize;
        Ok(Self { material, classes, known, units, rows })
    }

    /// What it is called.
    pub fn split(&self) -> &'static str {
        if self.units.is_some() { "cross-validation" } else { "test" }
    }

    /// Whether every row is judged by a model that was fitted for it alone.
    pub fn is_cross_validation(&self) -> bool {
        self.units.is_some()
    }

    /// Whether anything judges, and why not.
    pub fn judges(&self) -> std::result::Result<(), &'static str> {
        let alone = |units: &Vec<u32>| units.iter().all(|unit| Some(unit) == units.first());
        match self.units.as_ref().is_some_and(alone) {
            true => Err("the rows to learn from are one row, copies of one text, or one group: none is left over"),
            false => Ok(()),
        }
    }

    /// How many rows the material has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows that judge, with their classes.
    pub fn judging(&self) -> &'a [(u32, Vec<u32>)] {
        if self.units.is_some() { &self.known.train } else { &self.known.test }
    }

    /// The classes of the rows that judge.
    pub fn truths(&self) -> Vec<&'a [u32]> {
        self.judging().iter().map(|(_, of)| &of[..]).collect()
    }

    /// How many rows a model learns from.
    pub fn examples(&self) -> usize {
        let all = self.known.train.len();
        if self.units.is_some() { all - all.div_ceil(FOLDS as usize) } else { all }
    }

    /// What models say of the rows that judge, having learned from at most so many rows; none where these are too few to
    /// learn from, or nothing judges.
    ///
    /// # Errors
    /// Where `watch` says stop.
    pub fn says(&self, most: usize, manner: &Manner<'_>, watch: Watch<'_>) -> Result<Option<Probabilities>> {
        match &self.units {
            Some(_) if self.judges().is_err() => Ok(None),
            Some(units) => self.out_of_fold(units, most, manner, watch).map(Some),
            None => {
                let train = self.some_of(&self.known.train, most, manner.seed);
                match fit::fit(self.material, self.classes, &train, &self.known.validation, manner, watch) {
                    Ok(kept) => Ok(Some(of_rows(&fit::says(&kept, self.material), &self.known.test))),
                    Err(error) if error.kind == Kind::Data => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// What models say of the training rows, each by one of the other four fifths. Rows of one unit stay together.
    fn out_of_fold(&self, units: &[u32], most: usize, manner: &Manner<'_>, watch: Watch<'_>) -> Result<Probabilities> {
        let train = &self.known.train;
        let parts = folds(&firsts(train), Some(units), FOLDS, manner.seed);
        let width = self.classes.len();
        let mut values = vec![0.0; train.len() * width];
        for left_out in 0..FOLDS {
            let (own, others): (Vec<_>, Vec<_>) =
                train.iter().enumerate().partition(|(place, _)| parts[*place] == left_out);
            let others: Vec<(u32, Vec<u32>)> = others.into_iter().map(|(_, row)| row.clone()).collect();
            if own.is_empty() {
                continue;
            }
            let others = self.some_of(&others, most, manner.seed);
            let share = 1.0 / FOLDS as f32;
            let part = |told: Told| watch(told.within(left_out as f32 * share, share));
            let said = match fit::fit(self.material, self.classes, &others, &self.known.validation, manner, &part) {
                Ok(kept) => fit::says(&kept, self.material),
                // The other parts are all of one label: then that is all that they can say.
                Err(error) if error.kind == Kind::Data => fit::floor(self.classes, &others, self.rows)?,
                Err(error) => return Err(error),
            };
            for (place, (row, _)) in own {
                values[place * width..(place + 1) * width].copy_from_slice(said.row(*row as usize));
            }
        }
        Ok(Probabilities::new(width, values))
    }

    fn some_of(&self, rows: &[(u32, Vec<u32>)], most: usize, seed: u64) -> Vec<(u32, Vec<u32>)> {
        if most >= rows.len() {
            return rows.to_vec();
        }
        nested(&firsts(rows), most, seed).into_iter().filter_map(|place| rows.get(place).cloned()).collect()
    }
}

/// The first class of each row, counted from 1; 0 of a row that has none.
fn firsts(rows: &[(u32, Vec<u32>)]) -> Vec<u32> {
    rows.iter().map(|(_, of)| of.first().map_or(0, |class| class + 1)).collect()
}

/// The probabilities of some rows, in their order.
pub fn of_rows(said: &Probabilities, rows: &[(u32, Vec<u32>)]) -> Probabilities {
    let values = rows.iter().flat_map(|(row, _)| said.row(*row as usize).iter().copied()).collect();
    Probabilities::new(said.classes(), values)
}

/// The same with other probabilities for some rows: row i of `own` is of the i-th of them.
pub fn with_rows(said: &Probabilities, rows: &[(u32, Vec<u32>)], own: &Probabilities) -> Probabilities {
    let places: HashMap<usize, usize> = rows.iter().zip(0..).map(|((row, _), place)| (*row as usize, place)).collect();
    let of = |row: usize| places.get(&row).map_or_else(|| said.row(row), |place| own.row(*place));
    Probabilities::new(said.classes(), (0..said.len()).flat_map(of).copied().collect())
}

/// The unit of every training row: copies of one text as it was then, members of one group, and rows of one value of the
/// field that binds. They are numbered in the order of the rows, which is that of the keys, so that every copy of the project
/// numbers them alike.
fn units(project: &Project, state: &State, group: Option<&str>, known: &Known) -> Result<Vec<u32>> {
    let texts: HashMap<u32, &Digest> = state.rows.iter().map(|row| (row.seq - 1, &row.text)).collect();
    let groups = project.groups()?;
    let blank = project.text_digest("");
    let mut values: HashMap<u32, String> = HashMap::new();
    let place = project.fields()?.iter().position(|field| Some(&field.name[..]) == group);
    if let Some(place) = place {
        project.for_each_row_of(state, |seq, _, fields| {
            let value = fields.get(place).filter(|value| **value != FieldValue::Null);
            values.extend(value.map(|value| (seq - 1, value.display())));
            Ok(())
        })?;
    }
    let mut ties = Ties::default();
    for (row, _) in &known.train {
        let text = texts.get(row).filter(|text| ***text != blank).map(|text| [b"t", &text.0[..]].concat());
        let came = groups.get(&(row + 1)).map(|group| [b"g", &group[..]].concat());
        let bound = values.get(row).map(|value| [b"f", value.as_bytes()].concat());
        ties.add(text.into_iter().chain(came).chain(bound));
    }
    Ok(ties.units().of().to_vec())
}
