//! Rows of one file in which somebody says different things of one item: in the order of their times, where they have
//! times, else refused.

use super::find::Rows;
use super::told::Row;
use super::{Options, Report, refuse};
use crate::error::{Error, Result};
use crate::exchange::Table;
use std::collections::HashSet;

/// Puts what one person says of one item in the order of its times, so that the newest holds.
///
/// # Errors
/// Where different things are said and no times tell which is the newer, with both lines; where good rows are kept,
/// neither is taken.
pub(super) fn resolve(
    rows: Vec<Row>,
    table: &Table,
    items: &Rows<'_>,
    people: &[String],
    options: &Options,
    report: &mut Report,
) -> Result<Vec<Row>> {
    let mut grouped: Vec<usize> = (0..rows.len()).collect();
    grouped.sort_by_key(|i| (rows[*i].item, rows[*i].person));
    let mut slots: Vec<usize> = (0..rows.len()).collect();
    let (mut found, mut left_out) = (Vec::new(), HashSet::<usize>::new());
    let same = |a: &usize, b: &usize| (rows[*a].item, rows[*a].person) == (rows[*b].item, rows[*b].person);
    for group in grouped.chunk_by(same).filter(|group| group.len() > 1) {
        let mut by_time = group.to_vec();
        by_time.sort_by_key(|i| rows[*i].at);
        match contradiction(&rows, &by_time) {
            Some(pair) => {
                found.push(pair);
                left_out.extend(group);
            }
            None => by_time.iter().zip(group).for_each(|(row, slot)| slots[*row] = *slot),
        }
    }
    found.sort_unstable_by_key(|(_, later)| *later);
    for (first, later) in found {
        let (first, later) = (&rows[first], &rows[later]);
        let (here, there) = (table.place(later.row), table.place(first.row));
        let (who, item) = (&people[later.person], items.name(later.row));
        let error = Error::data(format!("{here}: {who} says something else of {item:?} than on {there}")).hint(
            "only times tell which of them is the newer: repair the file, or name the column of times with --time-col",
        );
        refuse(error, options, report)?;
    }
    let mut rows: Vec<(usize, Row)> =
        slots.into_iter().zip(rows).filter(|(slot, _)| !left_out.contains(slot)).collect();
    rows.sort_unstable_by_key(|(slot, _)| *slot);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Two rows, in the order of the file, that say different things at one time or at no time; the rows come in order of
/// time, those without one first.
fn contradiction(rows: &[Row], by_time: &[usize]) -> Option<(usize, usize)> {
    let differ = |a: &usize, b: &usize| rows[*a].told != rows[*b].told;
    let timeless = by_time.first().filter(|first| rows[**first].at.is_none());
    let pair = match timeless {
        Some(first) => by_time.iter().find(|other| differ(first, other)).map(|other| (*first, *other)),
        None => {
            by_time.windows(2).find(|w| rows[w[0]].at == rows[w[1]].at && differ(&w[0], &w[1])).map(|w| (w[0], w[1]))
        }
    };
    pair.map(|(a, b)| (a.min(b), a.max(b)))
}
