//! What the categories of a rating mean, and which distances they therefore have.

use crate::domain::words;

words! {
    /// How far apart two answers are held to be.
    Weights: "kind of weights" {
        /// Equal or not.
        Nominal = "nominal",
        /// By how many answers lie between (Krippendorff 2011).
        Ordinal = "ordinal",
        /// |a − b| (Cicchetti & Allison 1971).
        Linear = "linear",
        /// (a − b)², as weighted coefficients call it (Fleiss & Cohen 1973).
        Quadratic = "quadratic",
        /// (a − b)², as Krippendorff calls it.
        Interval = "interval",
        /// ((a − b) / (a + b))², for values that are not negative.
        Ratio = "ratio",
        /// 1 − |A ∩ B| / |A ∪ B| (Jaccard 1901).
        Jaccard = "jaccard",
        /// 1 − J·M, where M is 1 for equal sets, 2/3 for a subset, 1/3 for an overlap (Passonneau 2006).
        Masi = "masi",
    }
}

/// What there is to choose from when a unit is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale(pub(super) Categories);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Categories {
    Labels(usize),
    Numbers(Vec<f64>),
    Sets { labels: usize, sets: Vec<Vec<u32>> },
}

/// Values that make no scale.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("value {at} of the scale ({value}) does not come after the one before it: name each once, in ascending order")]
pub struct NotAscending {
    /// Which value, counted from 0.
    pub at: usize,
    /// The value.
    pub value: f64,
}

impl Scale {
    /// Labels that are equal or not.
    pub fn labels(count: usize) -> Self {
        Self(Categories::Labels(count))
    }

    /// Numbers, or labels that stand for numbers.
    ///
    /// # Errors
    /// They are not finite, distinct and in ascending order.
    pub fn numbers(values: Vec<f64>) -> Result<Self, NotAscending> {
        let mut last = f64::NEG_INFINITY;
        for (at, &value) in values.iter().enumerate() {
            if !value.is_finite() || value <= last {
                return Err(NotAscending { at, value });
            }
            last = value;
        }
        Ok(Self(Categories::Numbers(values)))
    }

    /// Labels in an order, with equal steps between them: 1, 2, 3 …
    pub fn steps(count: usize) -> Self {
        Self(Categories::Numbers((1..=count).map(|step| step as f64).collect()))
    }

    /// Sets of so many labels, each set being one category; labels that there are not are left out.
    pub fn sets(labels: usize, sets: Vec<Vec<u32>>) -> Self {
        let tidy = |mut set: Vec<u32>| {
            set.retain(|&label| (label as usize) < labels);
            set.sort_unstable();
            set.dedup();
            set
        };
        Self(Categories::Sets { labels, sets: sets.into_iter().map(tidy).collect() })
    }

    /// How many categories.
    pub fn categories(&self) -> usize {
        match &self.0 {
            Categories::Labels(count) => *count,
            Categories::Numbers(values) => values.len(),
            Categories::Sets { sets, .. } => sets.len(),
        }
    }

    /// How many labels: the categories themselves, or what the sets are made of.
    pub fn label_count(&self) -> usize {
        match &self.0 {
            Categories::Sets { labels, .. } => *labels,
            _ => self.categories(),
        }
    }

    /// Whether the categories are sets of labels.
    pub(super) fn has_sets(&self) -> bool {
        matches!(self.0, Categories::Sets { .. })
    }

    /// The labels in the set that a category is; none where categories are no sets.
    pub(super) fn labels_of(&self, category: u32) -> impl Iterator<Item = u32> + '_ {
        let set: &[u32] = match &self.0 {
            Categories::Sets { sets, .. } => &sets[category as usize],
            _ => &[],
        };
        set.iter().copied()
    }

    /// The weights that make sense on this scale, the most telling one last.
    pub fn weights(&self) -> &'static [Weights] {
        match &self.0 {
            Categories::Labels(_) => &[Weights::Nominal],
            Categories::Numbers(_) => &[
                Weights::Nominal,
                Weights::Linear,
                Weights::Quadratic,
                Weights::Ratio,
                Weights::Interval,
                Weights::Ordinal,
            ],
            Categories::Sets { .. } => &[Weights::Nominal, Weights::Jaccard, Weights::Masi],
        }
    }
}
