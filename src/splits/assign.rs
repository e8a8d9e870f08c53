//! Shares of units, drawn or by time.

use super::Units;
use crate::domain::Split;
use std::collections::BTreeMap;

/// The shares of a seeded draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Of rows that judge.
    pub test: f64,
    /// Of rows that tune.
    pub validation: f64,
}

/// Draws the units of every stratum by their points until each split has its share of the rows, as nearly as whole units
/// can; what one stratum has too much or too little the next makes good. Every stratum keeps a unit to learn from.
///
/// `point` is a seeded hash of each unit, `stratum` what its rows mostly are. The split of every row comes back.
pub fn by_share(units: &Units, shares: Drawn, point: &[u64], stratum: &[u32]) -> Vec<Split> {
    let size = units.fold(0usize, |n, _| *n += 1);
    let mut strata: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    (0..units.count()).for_each(|unit| strata.entry(stratum[unit]).or_default().push(unit));
    let mut split = vec![Split::Train; units.count()];
    let mut owed = [0.0; 2];
    for of in strata.values_mut() {
        of.sort_by_key(|&unit| (point[unit], unit));
        let rows: usize = of.iter().map(|&unit| size[unit]).sum();
        let mut left = of.iter().copied().peekable();
        let mut spare = of.len().saturating_sub(1);
        let shares = [(Split::Test, shares.test), (Split::Validation, shares.validation)];
        for ((into, share), owed) in shares.into_iter().zip(&mut owed) {
            let wanted = rows as f64 * share.clamp(0.0, 1.0) + *owed;
            let mut taken = 0.0;
            while let Some(&unit) = left.peek() {
                // A unit is taken where that comes nearer to what is wanted than leaving it.
                if spare == 0 || taken + size[unit] as f64 / 2.0 > wanted {
                    break;
                }
                split[unit] = into;
                taken += size[unit] as f64;
                spare -= 1;
                left.next();
            }
            *owed = wanted - taken;
        }
    }
    units.of().iter().map(|unit| split[*unit as usize]).collect()
}

/// The split of a unit that comes later, by its point alone: on the whole the shares come out right.
pub fn threshold(shares: Drawn, point: u64) -> Split {
    let point = (point >> 11) as f64 / (1u64 << 53) as f64;
    match point {
        p if p < shares.test => Split::Test,
        p if p < shares.test + shares.validation => Split::Validation,
        _ => Split::Train,
    }
}

/// The first moments from which an item tunes and judges, so that the newest rows have their shares. Rows of one moment
/// stay together; none where all rows have the same moment, or none has any.
pub fn by_moment<M: PartialOrd + Clone>(moments: &[M], shares: Drawn) -> (Option<M>, Option<M>) {
    let mut sorted: Vec<&M> = moments.iter().collect();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let cut = |share: f64| {
        let wanted = (sorted.len() as f64 * share).round() as usize;
        if wanted == 0 {
            return None;
        }
        let at = sorted.len().checked_sub(wanted).and_then(|i| sorted.get(i))?;
        // Of the two places where the moment changes, the one nearer to the share; never the very first.
        let before = sorted.partition_point(|m| m < at);
        let after = sorted.partition_point(|m| m <= at);
        let target = sorted.len() - wanted;
        let nearer =
            if before == 0 || (after < sorted.len() && after - target < target - before) { after } else { before };
        sorted.get(nearer).map(|m| (*m).clone())
    };
    let test = cut(shares.test);
    let validation = if shares.validation > 0.0 { cut(shares.test + shares.validation) } else { None };
    let validation = validation.filter(|v| test.as_ref().is_none_or(|t| v < t));
    (validation, test)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::mix;
    use crate::splits::Ties;
    use proptest::prelude::*;

    fn alone(rows: usize) -> Units {
        let mut ties = Ties::default();
        (0..rows).for_each(|row| ties.add([row]));
        ties.units()
    }

    fn count(splits: &[Split], of: Split) -> usize {
        splits.iter().filter(|split| **split == of).count()
    }

    #[test]
    fn single_rows_get_their_shares_to_the_row() {
        let points: Vec<u64> = (0..1000).map(|i| mix(3, i)).collect();
        let splits = by_share(&alone(1000), Drawn { test: 0.2, validation: 0.1 }, &points, &vec![0; 1000]);
        assert_eq!((count(&splits, Split::Test), count(&splits, Split::Validation)), (200, 100));
    }

    #[test]
    fn every_stratum_has_its_share_and_something_to_learn_from() {
        let points: Vec<u64> = (0..103).map(|i| mix(3, i)).collect();
        let strata: Vec<u32> = (0..103)
            .map(|i| {
                if i < 60 {
                    0
                } else if i < 100 {
                    1
                } else {
                    i
                }
            })
            .collect();
        let splits = by_share(&alone(103), Drawn { test: 0.25, validation: 0.0 }, &points, &strata);
        assert_eq!((count(&splits[..60], Split::Test), count(&splits[60..100], Split::Test)), (15, 10));
        assert_eq!(count(&splits[100..], Split::Train), 3, "a stratum of one unit teaches");
    }

    #[test]
    fn later_units_fall_into_the_shares_on_the_whole() {
        let shares = Drawn { test: 0.3, validation: 0.2 };
        let splits: Vec<Split> = (0..20_000).map(|i| threshold(shares, mix(1, i))).collect();
        assert!((count(&splits, Split::Test) as f64 / 20_000.0 - 0.3).abs() < 0.01);
        assert!((count(&splits, Split::Validation) as f64 / 20_000.0 - 0.2).abs() < 0.01);
    }

    #[test]
    fn the_newest_judge_and_a_moment_is_not_parted() {
        let years = [2019, 2020, 2020, 2021, 2022, 2022, 2022, 2023, 2024, 2024];
        assert_eq!(by_moment(&years, Drawn { test: 0.2, validation: 0.1 }), (Some(2023), Some(2024)));
        assert_eq!(by_moment(&years, Drawn { test: 0.1, validation: 0.0 }), (None, Some(2024)));
        assert_eq!(by_moment(&[5, 5, 5], Drawn { test: 0.3, validation: 0.0 }), (None, None));
        assert_eq!(by_moment::<i32>(&[], Drawn { test: 0.3, validation: 0.0 }), (None, None));
    }

    proptest! {
        #[test]
        fn units_stay_whole_and_shares_are_near(
            groups in proptest::collection::vec(0u32..30, 1..200), test in 0.0..0.5f64, validation in 0.0..0.4f64, seed: u64,
        ) {
            let mut ties = Ties::default();
            groups.iter().for_each(|g| ties.add([*g]));
            let units = ties.units();
            let points: Vec<u64> = (0..units.count() as u64).map(|i| mix(seed, i)).collect();
            let splits = by_share(&units, Drawn { test, validation }, &points, &vec![0; units.count()]);
            for (i, a) in groups.iter().enumerate() {
                for (j, b) in groups.iter().enumerate() {
                    prop_assert!(a != b || splits[i] == splits[j]);
                }
            }
            let largest = units.fold(0usize, |n, _| *n += 1).into_iter().max().unwrap_or(0);
            let wanted = (groups.len() as f64 * test).round() as usize;
            prop_assert!(count(&splits, Split::Test).abs_diff(wanted) <= largest);
            prop_assert!(count(&splits, Split::Train) > 0);
        }
    }
}
