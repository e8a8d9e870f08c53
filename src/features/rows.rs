//! Rows as the learners read them.

use std::sync::LazyLock;

/// Bits of an entry that hold the count; the place is above them.
pub(super) const COUNT_BITS: u32 = 8;
/// The largest count that an entry can hold.
pub(super) const MOST: u32 = (1 << COUNT_BITS) - 1;

/// Sublinear term frequency, 1 + ln(count) (Manning, Raghavan & Schütze 2008, §6.4.1), by count.
static SUBLINEAR: LazyLock<[f32; MOST as usize + 1]> =
    LazyLock::new(|| std::array::from_fn(|n| if n == 0 { 0.0 } else { 1.0 + (n as f32).ln() }));

/// The weight of a count within its row.
pub(crate) fn sublinear() -> &'static [f32; 256] {
    &SUBLINEAR
}

/// Sparse rows, borrowed: from memory or from a mapped file. Row i is item i + 1 of the project.
///
/// The value of an entry is `sublinear(count) · weight of its place · scale of its row`: a row has length 1, or 0 where
/// nothing in it weighs anything.
#[derive(Debug, Clone, Copy)]
pub struct RowsView<'a> {
    /// Where each row starts in `entries`; one more than there are rows.
    pub(super) starts: &'a [u64],
    /// Place and count, sorted by place within a row.
    pub(super) entries: &'a [u32],
    /// One over the length of each row.
    pub(super) scales: &'a [f32],
    /// Inverse document frequency by place.
    pub(super) idf: &'a [f32],
}

/// One sparse row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    entries: &'a [u32],
    scale: f32,
    idf: &'a [f32],
}

/// Rows of which most places are empty: what a linear model can be fitted to.
pub trait Sparse: Sync {
    /// How many places a row could fill.
    fn places(&self) -> usize;
    /// How many rows.
    fn rows(&self) -> usize;
    /// Place and value, by ascending place; nothing for a row past the end.
    fn entries(&self, row: usize) -> impl Iterator<Item = (u32, f32)>;
}

impl Sparse for RowsView<'_> {
    fn places(&self) -> usize {
        self.idf.len()
    }

    fn rows(&self) -> usize {
        self.len()
    }

    fn entries(&self, row: usize) -> impl Iterator<Item = (u32, f32)> {
        self.row(row).iter()
    }
}

impl<'a> RowsView<'a> {
    /// No rows at all.
    pub const EMPTY: Self = Self { starts: &[0], entries: &[], scales: &[], idf: &[] };

    /// Whether the starts ascend to the end of the entries, as those of whole features do.
    pub(super) fn is_sound(&self) -> bool {
        self.starts.is_sorted()
            && self.starts.first() == Some(&0)
            && self.starts.last() == Some(&(self.entries.len() as u64))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// How many places a row could fill.
    pub fn places(&self) -> usize {
        self.idf.len()
    }

    /// How many places the rows do fill, added up.
    pub fn filled(&self) -> usize {
        self.entries.len()
    }

    /// Inverse document frequency by place; 0 for places that too few items fill.
    pub fn idf(&self) -> &'a [f32] {
        self.idf
    }

    /// One row; an empty one for an index past the end.
    pub fn row(&self, index: usize) -> Row<'a> {
        let bounds = self.starts.get(index).zip(self.starts.get(index + 1));
        let entries = bounds.and_then(|(&a, &b)| self.entries.get(a as usize..b as usize)).unwrap_or_default();
        Row { entries, scale: self.scales.get(index).copied().unwrap_or(0.0), idf: self.idf }
    }
}

impl<'a> Row<'a> {
    /// A row put together by hand; entries as [`RowsView`] describes them.
    pub(super) fn new(entries: &'a [u32], scale: f32, idf: &'a [f32]) -> Self {
        Self { entries, scale, idf }
    }

    /// Place and value, by ascending place; places that weigh nothing are left out.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f32)> + use<'a> {
        let Self { entries, scale, idf } = *self;
        let counts = sublinear();
        entries.iter().filter_map(move |&e| {
            let place = e >> COUNT_BITS;
            let weight = idf.get(place as usize).copied().unwrap_or(0.0);
            (weight > 0.0).then(|| (place, counts[(e & MOST) as usize] * weight * scale))
        })
    }

    /// Place and sublinear count, unweighted, and the factor that makes them values once multiplied by their places'
    /// weights: for models that hold the weights of the places in their own.
    pub(crate) fn raw(&self) -> (impl Iterator<Item = (u32, f32)> + use<'a>, f32) {
        let counts = sublinear();
        (self.entries.iter().map(move |&e| (e >> COUNT_BITS, counts[(e & MOST) as usize])), self.scale)
    }

    /// The length that makes the row's values a unit vector's. Added up in double precision: what is wrong with it is
    /// wrong with all scores of the row alike.
    pub(super) fn length(&self) -> f32 {
        let square: f64 = self.iter().map(|(_, v)| f64::from(v) * f64::from(v)).sum();
        square.sqrt() as f32
    }
}

impl linfa::dataset::Records for RowsView<'_> {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.places()
    }
}
