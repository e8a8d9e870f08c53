//! Turns documents into packed rows, a block at a time, so that a million texts need not be held at once.

use super::rows::{COUNT_BITS, MOST, Row};
use super::{Document, Features, Grams, Placing};
use rayon::prelude::*;

/// A good number of documents to hand to [`Builder::push`] at once.
pub const BLOCK: usize = 16_384;
/// Documents that one task takes; fixed, so that the result does not depend on the number of threads.
const CHUNK: usize = 256;
/// What a place weighs that every item fills.
const FLOOR: f64 = 0.5;

/// Rows under construction: counts how many items fill each place while the entries pass through.
pub struct Builder<'a> {
    placing: Placing<'a>,
    items: Vec<u32>,
    starts: Vec<u64>,
}

/// What stands behind the entries: see [`Features`] for the layout.
pub(super) struct Tail {
    pub starts: Vec<u64>,
    pub scales: Vec<f32>,
    pub idf: Vec<f32>,
}

impl<'a> Builder<'a> {
    /// Starts with no rows.
    pub fn new(placing: impl Into<Placing<'a>>) -> Self {
        let placing = placing.into();
        Self { placing, items: vec![0; placing.places()], starts: vec![0] }
    }

    /// How many rows went through.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Packs the next documents, in order, and hands back their entries, which the caller keeps in order.
    pub fn push(&mut self, documents: &[Document<'_>]) -> Vec<u32> {
        let placing = self.placing;
        let chunks: Vec<(Vec<u32>, Vec<u32>)> = documents.par_chunks(CHUNK).map(|chunk| pack(placing, chunk)).collect();
        let mut entries = Vec::with_capacity(chunks.iter().map(|c| c.0.len()).sum());
        let mut end = self.starts.last().copied().unwrap_or(0);
        for (packed, lengths) in chunks {
            for entry in &packed {
                if let Some(count) = self.items.get_mut((entry >> COUNT_BITS) as usize) {
                    *count += 1;
                }
            }
            entries.extend_from_slice(&packed);
            self.starts.extend(lengths.iter().map(|&n| {
                end += u64::from(n);
                end
            }));
        }
        entries
    }

    /// Weighs the places, now that all items are known, and measures the rows; `entries` are all that were handed out.
    ///
    /// The weight of a place is ln((1 + n) / (1 + items)) + ½: scikit-learn adds 1, under which the words that every text
    /// has outweigh the others while answers are few (docs/MEASUREMENTS.md, "Features").
    pub fn finish(self, entries: &[u32]) -> Vec<u8> {
        let idf = weigh(&self.items, self.len(), self.placing.recipe().min_items);
        let scales = (self.starts.par_windows(2).with_min_len(CHUNK))
            .map(|bounds| {
                let own = entries.get(bounds[0] as usize..bounds[1] as usize).unwrap_or_default();
                let length = Row::new(own, 1.0, &idf).length();
                if length > 0.0 { 1.0 / length } else { 0.0 }
            })
            .collect();
        Features::tail(entries.len(), &Tail { starts: self.starts, scales, idf })
    }
}

/// The weights of places that so many items of `n` fill.
pub(super) fn weigh(items: &[u32], n: usize, min_items: u32) -> Vec<f32> {
    let least = least(n, min_items);
    let weight = |&items: &u32| match items < least {
        true => 0.0,
        false => (((1.0 + n as f64) / (1.0 + f64::from(items))).ln() + FLOOR) as f32,
    };
    items.par_iter().map(weight).collect()
}

/// How many of `n` items an n-gram has to have: few items are not asked for many.
pub(super) fn least(n: usize, min_items: u32) -> u32 {
    min_items.min(n.div_ceil(2).max(1) as u32).max(1)
}

/// The entries of some documents one behind the other, and how many each has.
fn pack(placing: Placing<'_>, documents: &[Document<'_>]) -> (Vec<u32>, Vec<u32>) {
    let mut grams = Grams::new(placing);
    let (mut entries, mut lengths, mut places) = (Vec::new(), Vec::with_capacity(documents.len()), Vec::new());
    for document in documents {
        places.clear();
        grams.each(document.text, |place, _| places.push(place));
        places.extend(document.fields.iter().filter_map(|token| grams.field(token)));
        places.sort_unstable();
        let before = entries.len();
        entries
            .extend(places.chunk_by(|a, b| a == b).map(|same| same[0] << COUNT_BITS | (same.len() as u32).min(MOST)));
        lengths.push((entries.len() - before) as u32);
    }
    (entries, lengths)
}

/// The entries of one text.
pub(super) fn pack_one(placing: Placing<'_>, document: &Document<'_>) -> Vec<u32> {
    pack(placing, std::slice::from_ref(document)).0
}
