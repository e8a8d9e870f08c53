//! The one form of finished features: a stretch of bytes, in memory or mapped from a file.

use super::builder::{Tail, pack_one};
use super::rows::{Row, RowsView};
use super::{BLOCK, Builder, Document, Placing, Recipe};
use std::sync::Arc;

/// Finished rows of a whole collection. Cloning is cheap.
///
/// In bytes, in this machine's order of bytes: entries (u32, padded to a multiple of 8 bytes), starts (u64, rows + 1),
/// scales (f32, rows), weights of the places (f32), padding to 8, then three u64: rows, entries, places.
#[derive(Clone)]
pub struct Features {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    sizes: Sizes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sizes {
    rows: usize,
    entries: usize,
    places: usize,
}

/// Bytes that start at a multiple of eight.
struct Aligned(Vec<u64>);

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

impl std::fmt::Debug for Features {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sizes.fmt(f)
    }
}

impl PartialEq for Features {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Features {
    /// Computes the rows of texts that are all in memory.
    pub fn extract<'a, S: AsRef<str>>(texts: &[S], placing: impl Into<Placing<'a>>) -> Self {
        let mut builder = Builder::new(placing);
        let mut entries = Vec::new();
        for block in texts.chunks(BLOCK) {
            let documents: Vec<Document<'_>> = block.iter().map(|t| Document::from(t.as_ref())).collect();
            entries.extend(builder.push(&documents));
        }
        let tail = builder.finish(&entries);
        Self::assemble(&entries, &tail)
    }

    /// Joins what a [`Builder`] handed out into features that live in memory.
    pub fn assemble(entries: &[u32], tail: &[u8]) -> Self {
        let mut words = vec![0u64; (entries.len() * 4 + tail.len()).div_ceil(8)];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        let (front, back) = bytes.split_at_mut(entries.len() * 4);
        front.copy_from_slice(bytemuck::cast_slice(entries));
        back[..tail.len()].copy_from_slice(tail);
        let sizes = Sizes::read(bytes).unwrap_or(Sizes { rows: 0, entries: 0, places: 0 });
        Self { bytes: Arc::new(Aligned(words)), sizes }
    }

    /// Takes bytes that were written before, at an address that is a multiple of eight; `None` where they are not of
    /// this form.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Option<Self> {
        let features = Self { sizes: Sizes::read(bytes.as_ref())?, bytes: Arc::new(bytes) };
        features.try_rows().filter(|rows| rows.is_sound()).is_some().then_some(features)
    }

    /// All of it, as [`Features::from_bytes`] takes it.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// The rows.
    pub fn rows(&self) -> RowsView<'_> {
        self.try_rows().unwrap_or(RowsView::EMPTY)
    }

    /// Hands the row of a new text, weighted as this collection is, to `use_row`.
    pub fn with_row<T>(&self, document: &Document<'_>, recipe: &Recipe, use_row: impl FnOnce(Row<'_>) -> T) -> T {
        let entries = pack_one(recipe.into(), document);
        let length = Row::new(&entries, 1.0, self.rows().idf()).length();
        use_row(Row::new(&entries, if length > 0.0 { 1.0 / length } else { 0.0 }, self.rows().idf()))
    }

    /// What follows the entries.
    pub(super) fn tail(entries: usize, tail: &Tail) -> Vec<u8> {
        let mut bytes = vec![0; if entries.is_multiple_of(2) { 0 } else { 4 }];
        bytes.extend_from_slice(bytemuck::cast_slice(&tail.starts));
        bytes.extend_from_slice(bytemuck::cast_slice(&tail.scales));
        bytes.extend_from_slice(bytemuck::cast_slice(&tail.idf));
        bytes.resize(bytes.len() + (tail.scales.len() + tail.idf.len()) % 2 * 4, 0);
        for size in [tail.scales.len(), entries, tail.idf.len()] {
            bytes.extend_from_slice(&(size as u64).to_ne_bytes());
        }
        bytes
    }

    fn try_rows(&self) -> Option<RowsView<'_>> {
        let Sizes { rows, entries, places } = self.sizes;
        let bytes = self.bytes();
        let (own, rest) = bytes.split_at_checked(entries * 4)?;
        let (starts, rest) = rest.get(entries % 2 * 4..)?.split_at_checked((rows + 1) * 8)?;
        let (scales, rest) = rest.split_at_checked(rows * 4)?;
        let idf = rest.get(..places * 4)?;
        Some(RowsView {
            starts: bytemuck::try_cast_slice(starts).ok()?,
            entries: bytemuck::try_cast_slice(own).ok()?,
            scales: bytemuck::try_cast_slice(scales).ok()?,
            idf: bytemuck::try_cast_slice(idf).ok()?,
        })
    }
}

impl Sizes {
    /// Reads the last three words and checks that they explain the length.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (_, last) = bytes.split_last_chunk::<24>()?;
        let word = |i: usize| usize::try_from(u64::from_ne_bytes(last[i * 8..i * 8 + 8].try_into().ok()?)).ok();
        let sizes = Self { rows: word(0)?, entries: word(1)?, places: word(2)? };
        let front = sizes.entries.checked_mul(4)?.checked_next_multiple_of(8)?;
        let floats = sizes.rows.checked_add(sizes.places)?.checked_mul(4)?.checked_next_multiple_of(8)?;
        let starts = sizes.rows.checked_add(1)?.checked_mul(8)?;
        (front.checked_add(floats)?.checked_add(starts)?.checked_add(24)? == bytes.len()).then_some(sizes)
    }
}
