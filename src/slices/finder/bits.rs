//! Sets of rows, a bit each.

/// A set of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// No rows, with room for so many.
    pub fn none(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    /// All of so many rows.
    pub fn all(rows: usize) -> Self {
        let mut bits = Self(vec![!0; rows.div_ceil(64)]);
        if let (Some(last), over @ 1..) = (bits.0.last_mut(), rows % 64) {
            *last = (1 << over) - 1;
        }
        bits
    }

    pub fn add(&mut self, row: usize) {
        self.0[row / 64] |= 1 << (row % 64);
    }

    pub fn words(&self) -> &[u64] {
        &self.0
    }

    /// Becomes the rows that are in both others.
    pub fn set_to_both(&mut self, a: &Self, b: &Self) {
        for ((to, a), b) in self.0.iter_mut().zip(&a.0).zip(&b.0) {
            *to = a & b;
        }
    }

    /// Keeps the rows that are in another set, too.
    pub fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(to, other)| *to &= other);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many rows are in both.
    pub fn both(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// The rows, ascending.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(place, &word)| ones(word).map(move |bit| place * 64 + bit))
    }
}

/// The places of a word's ones, ascending.
pub(super) fn ones(word: u64) -> impl Iterator<Item = usize> {
    let next = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
    std::iter::successors(Some(word).filter(|word| *word != 0), next).map(|word| word.trailing_zeros() as usize)
}

/// How many rows are in the first two sets, and how many of them in a third; it is counted once, for both.
pub(super) fn counts(a: &Bits, b: &Bits, third: &Bits) -> (usize, usize) {
    let (mut two, mut three) = (0u32, 0u32);
    for ((a, b), c) in a.0.iter().zip(&b.0).zip(&third.0) {
        let both = a & b;
        two += both.count_ones();
        three += (both & c).count_ones();
    }
    (two as usize, three as usize)
}
