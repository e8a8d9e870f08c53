//! Cohen's κ, weighted or not, of two annotators, with its standard error.

use super::distance::Distance;
use super::estimate::{Undefined, Value};

/// κ of units that two annotators answered, given as (one's category, the other's, how many such units).
///
/// κ = 1 − ΣwO/ΣwE with the distance as the disagreement w (Cohen 1968). The standard error is the large-sample one of
/// Fleiss, Cohen & Everitt (1969), computed as the root mean square of each unit's influence on κ.
pub(super) fn cohen_kappa(
    cells: impl Iterator<Item = (u32, u32, u32)> + Clone,
    distance: &Distance<'_>,
) -> Result<Value, Undefined> {
    let marginals = Marginals::new(cells.clone(), distance.categories())?;
    let Marginals { units, one, other } = &marginals;
    let (from_other, from_one) = (distance.rows(other), distance.rows(one));
    let seen = marginals.observed(cells.clone(), distance);
    let expected = one.iter().zip(&from_other).map(|(a, row)| a * row).sum::<f64>() / (units * units);
    let ratio = seen / expected;
    let influence = |a: u32, b: u32| {
        let pull = (from_other[a as usize] + from_one[b as usize]) / units - 2.0 * expected;
        (ratio * pull - (distance.at(a, b) - seen)) / expected
    };
    let squares: f64 = cells.map(|(a, b, count)| f64::from(count) * influence(a, b).powi(2)).sum();
    Ok(Value::normal(1.0 - ratio, squares.sqrt() / units))
}

/// Scott's π: as Cohen's κ, with the mean of both annotators' shares as everybody's (Scott 1955).
pub(super) fn scott_pi(
    cells: impl Iterator<Item = (u32, u32, u32)> + Clone,
    distance: &Distance<'_>,
) -> Result<f64, Undefined> {
    let marginals = Marginals::new(cells.clone(), distance.categories())?;
    let pooled: Vec<f64> = marginals.one.iter().zip(&marginals.other).map(|(a, b)| (a + b) / 2.0).collect();
    let expected = distance.between(&pooled, &pooled) / marginals.units.powi(2);
    Ok(1.0 - marginals.observed(cells, distance) / expected)
}

/// The same without the standard error, for a resampled table.
pub(super) fn cohen_value(
    cells: impl Iterator<Item = (u32, u32, u32)> + Clone,
    distance: &Distance<'_>,
) -> Result<f64, Undefined> {
    let marginals = Marginals::new(cells.clone(), distance.categories())?;
    let expected = distance.between(&marginals.one, &marginals.other) / marginals.units.powi(2);
    Ok(1.0 - marginals.observed(cells, distance) / expected)
}

/// How often each of the two gave each category.
struct Marginals {
    units: f64,
    one: Vec<f64>,
    other: Vec<f64>,
}

impl Marginals {
    /// Fails where nothing is shared, or where both always gave one and the same category.
    fn new(cells: impl Iterator<Item = (u32, u32, u32)>, categories: usize) -> Result<Self, Undefined> {
        let mut all = Self { units: 0.0, one: vec![0.0; categories], other: vec![0.0; categories] };
        for (a, b, count) in cells {
            all.units += f64::from(count);
            all.one[a as usize] += f64::from(count);
            all.other[b as usize] += f64::from(count);
        }
        if all.units == 0.0 {
            return Err(Undefined::NoPairs);
        }
        let used = all.one.iter().zip(&all.other).filter(|(a, b)| **a + **b > 0.0).count();
        if used > 1 { Ok(all) } else { Err(Undefined::OneLabel) }
    }

    fn observed(&self, cells: impl Iterator<Item = (u32, u32, u32)>, distance: &Distance<'_>) -> f64 {
        cells.map(|(a, b, count)| f64::from(count) * distance.at(a, b)).sum::<f64>() / self.units
    }
}

#[cfg(test)]
mod tests {
    use super::super::scale::{Scale, Weights};
    use super::*;

    fn kappa(rows: &[&[u32]], weights: Weights) -> Value {
        let cells = rows.iter().enumerate().flat_map(|(a, row)| {
            row.iter().enumerate().map(move |(b, &count)| (a as u32, b as u32, count)).filter(|cell| cell.2 > 0)
        });
        let scale = Scale::steps(rows.len());
        cohen_kappa(cells, &Distance::new(weights, &scale).expect("numbers")).expect("two labels")
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 6e-6, "{a} is not {b}");
    }

    #[test]
    fn checked_cases() {
        close(kappa(&[&[20, 5], &[10, 15]], Weights::Nominal).value, 0.4);
        close(kappa(&[&[45, 15], &[25, 15]], Weights::Nominal).value, 0.130_435);
        close(kappa(&[&[25, 35], &[5, 35]], Weights::Nominal).value, 0.259_259);
        let short: &[&[u32]] = &[&[0, 4, 1], &[0, 8, 0], &[0, 1, 5]];
        close(kappa(short, Weights::Nominal).value, 0.484_16);
        close(kappa(short, Weights::Nominal).standard_error.expect("a standard error"), 0.138_01);
        close(kappa(short, Weights::Linear).value, 0.470_12);
        let psychotic: &[&[u32]] = &[&[75, 1, 4], &[5, 4, 1], &[0, 0, 10]];
        close(kappa(psychotic, Weights::Nominal).value, 0.676_471);
        close(kappa(psychotic, Weights::Linear).value, 0.722_222);
        close(kappa(psychotic, Weights::Quadratic).value, 0.755_319);
    }

    #[test]
    fn nothing_to_compare_is_said() {
        let scale = Scale::labels(2);
        let distance = Distance::new(Weights::Nominal, &scale).expect("labels");
        let none: [(u32, u32, u32); 0] = [];
        assert_eq!(cohen_kappa(none.into_iter(), &distance), Err(Undefined::NoPairs));
        assert_eq!(cohen_kappa([(1, 1, 9)].into_iter(), &distance), Err(Undefined::OneLabel));
        assert_eq!(cohen_kappa([(0, 1, 9)].into_iter(), &distance).map(|v| v.value), Ok(0.0));
    }
}
