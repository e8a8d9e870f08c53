//! Equal units as one: what they were answered with, and how many there are of them.
//!
//! A hundred thousand units with ten answers among five labels make at most a thousand patterns. All coefficients are
//! sums over patterns, and so resampling the units means drawing new frequencies.

use super::Ratings;
use std::collections::HashMap;

/// Stands for "did not answer" in the key of a unit that two annotators answered.
const SILENT: u32 = u32::MAX;

/// The distinct ways in which units were answered, those with fewer answers first, in an order that depends on neither
/// units nor annotators.
pub(super) struct Patterns {
    /// How many units look like this.
    pub frequency: Vec<u32>,
    /// What both said, by pattern, where exactly two annotators answered at all.
    pub both: Option<Vec<Option<(u32, u32)>>>,
    starts: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

impl Patterns {
    pub(super) fn new(ratings: &Ratings) -> Self {
        let two = two_raters(ratings);
        let mut found: HashMap<Box<[u32]>, u32> = HashMap::new();
        let mut key = Vec::new();
        for unit in 0..ratings.units() {
            key.clear();
            match two {
                Some([a, b]) => {
                    let answer = |of| ratings.said_last(unit).find(|said| said.0 == of).map_or(SILENT, |said| said.1);
                    key.extend([answer(a), answer(b)]);
                    key.extend(ratings.said_before(unit).map(|said| said.1));
                    key[2..].sort_unstable();
                }
                None => {
                    key.extend_from_slice(ratings.unit(unit).1);
                    key.sort_unstable();
                }
            }
            match found.get_mut(&key[..]) {
                Some(count) => *count += 1,
                None => {
                    found.insert(key.clone().into_boxed_slice(), 1);
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        let size = |key: &[u32]| key.iter().filter(|&&category| category != SILENT).count();
        found.sort_unstable_by(|(a, _), (b, _)| size(a).cmp(&size(b)).then_with(|| a.cmp(b)));
        let both = |key: &[u32]| (!key[..2].contains(&SILENT)).then(|| (key[0], key[1]));
        let mut patterns = Self {
            frequency: found.iter().map(|f| f.1).collect(),
            both: two.map(|_| found.iter().map(|f| both(&f.0)).collect()),
            starts: vec![0],
            entries: Vec::new(),
        };
        for (key, _) in &mut found {
            key.sort_unstable();
            let start = patterns.entries.len();
            for &category in key.iter().filter(|&&category| category != SILENT) {
                match patterns.entries[start..].last_mut() {
                    Some(last) if last.0 == category => last.1 += 1,
                    _ => patterns.entries.push((category, 1)),
                }
            }
            patterns.starts.push(patterns.entries.len() as u32);
        }
        patterns
    }

    /// How many patterns.
    pub(super) fn len(&self) -> usize {
        self.frequency.len()
    }

    /// The categories of a pattern, ascending, and how often each was given.
    pub(super) fn entries(&self, pattern: usize) -> &[(u32, u32)] {
        &self.entries[self.starts[pattern] as usize..self.starts[pattern + 1] as usize]
    }

    /// How many answers a unit of this pattern has.
    pub(super) fn size(&self, pattern: usize) -> u32 {
        self.entries(pattern).iter().map(|entry| entry.1).sum()
    }
}

/// The two annotators, the lower index first, where exactly two answered.
fn two_raters(ratings: &Ratings) -> Option<[u32; 2]> {
    ratings.active().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::table;
    use super::*;

    #[test]
    fn equal_units_are_counted_once() {
        let patterns = Patterns::new(&table(&["010.", "10..", "001.", "...."]));
        assert_eq!(patterns.frequency.iter().sum::<u32>(), 4);
        assert_eq!(patterns.both, None);
        let sizes: Vec<u32> = (0..patterns.len()).map(|p| patterns.size(p)).collect();
        assert_eq!(sizes, [0, 2, 3]);
        let two = Patterns::new(&table(&["0011.", "0101."]));
        assert_eq!((two.frequency.len(), two.both.map(|both| both.iter().flatten().count())), (5, Some(4)));
    }
}
