//! Some rows of a collection, renumbered densely so that they can be compared many times.

use crate::features::RowsView;
use crate::ids::mix;

/// Rows held together; places that only one of them fills are left out, for they make nothing similar.
pub(super) struct Sample {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    columns: usize,
}

impl Sample {
    /// Takes these rows, in this order.
    pub(super) fn new(rows: RowsView<'_>, which: &[u32]) -> Self {
        let mut shared = vec![0u32; rows.places()];
        for &i in which {
            rows.row(i as usize).iter().for_each(|(place, _)| shared[place as usize] += 1);
        }
        let mut columns = 0;
        for slot in &mut shared {
            if *slot > 1 {
                *slot = columns;
                columns += 1;
            } else {
                *slot = u32::MAX;
            }
        }
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for &i in which {
            let own = rows.row(i as usize).iter().map(|(place, v)| (shared[place as usize], v));
            entries.extend(own.filter(|&(column, _)| column != u32::MAX));
            starts.push(entries.len());
        }
        Self { starts, entries, columns: columns as usize }
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many columns.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Column and value of a row.
    pub(super) fn row(&self, i: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[i]..self.starts[i + 1]]
    }

    /// The similarity of `row` to a row spread out over all columns.
    pub(super) fn dot(&self, i: usize, spread: &[f32]) -> f32 {
        self.row(i).iter().map(|&(column, v)| v * spread[column as usize]).sum()
    }

    /// Spreads a row out over all columns, times a factor; factor 0 clears it again.
    pub(super) fn spread(&self, i: usize, factor: f32, over: &mut [f32]) {
        self.row(i).iter().for_each(|&(column, v)| over[column as usize] = v * factor);
    }
}

/// At most `limit` of some rows, chosen by a seeded hash; in ascending order.
pub(super) fn choose(rows: &[u32], limit: usize, seed: u64) -> Vec<u32> {
    let mut chosen = rows.to_vec();
    if chosen.len() > limit {
        chosen.select_nth_unstable_by_key(limit, |&i| (mix(seed, u64::from(i)), i));
        chosen.truncate(limit);
    }
    chosen.sort_unstable();
    chosen
}
