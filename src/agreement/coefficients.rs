//! Every coefficient as a formula over the same sums.
//!
//! All are 1 − D_o/D_e, the disagreement seen over that expected by chance; (P_o − P_e)/(1 − P_e) is the same thing.
//! Where units have different numbers of answers, the family of (P_o − P_e)/(1 − P_e) follows Gwet (Handbook of
//! Inter-Rater Reliability, 4th edition, 2014), as the `irrCAC` packages do: P_o is the mean over comparable units of
//! the share of agreeing pairs; a category's share π is the mean, over units with any answer, of its share in the
//! unit's answers.

use super::cohen::{cohen_kappa, cohen_value, scott_pi};
use super::distance::Distance;
use super::estimate::{Name, Undefined, Value};
use super::scale::{Scale, Weights};
use super::sums::{Parts, Sums};

/// The coefficients that make sense on a scale, with their weights.
pub fn suited(scale: &Scale) -> Vec<(Name, Weights)> {
    use Name::*;
    let mut all = vec![(PercentAgreement, Weights::Nominal), (KrippendorffAlpha, Weights::Nominal)];
    for &weights in scale.weights() {
        match weights {
            Weights::Linear | Weights::Quadratic => all.extend([(CohenKappa, weights), (GwetAc2, weights)]),
            Weights::Nominal => {
                all.extend([CohenKappa, FleissKappa, ScottPi, GwetAc1, BrennanPrediger].map(|name| (name, weights)));
            }
            _ => all.push((KrippendorffAlpha, weights)),
        }
    }
    all
}

/// One coefficient's value for units of which each pattern has this many.
pub(super) fn value(
    (name, weights): (Name, Weights),
    parts: &Parts<'_>,
    frequency: &[u32],
    sums: &Sums,
) -> Result<f64, Undefined> {
    if sums.units == 0.0 {
        return Err(Undefined::NoPairs);
    }
    if weights == Weights::Ordinal {
        return match name {
            Name::KrippendorffAlpha => ordinal_alpha(parts, frequency, sums),
            _ => Err(Undefined::NoVariant(name, weights)),
        };
    }
    let (at, distance) = parts.distance(weights)?;
    let seen = sums.mean_apart[at] / sums.units;
    match name {
        Name::PercentAgreement => {
            let largest = distance.largest();
            Ok(if largest == 0.0 { 1.0 } else { 1.0 - seen / largest })
        }
        Name::KrippendorffAlpha => {
            several(&sums.marginal)?;
            Ok(1.0 - (sums.answers - 1.0) * sums.apart[at] / distance.between(&sums.marginal, &sums.marginal))
        }
        Name::FleissKappa => {
            several(&sums.shares)?;
            let expected = distance.between(&sums.shares, &sums.shares) / sums.answered.powi(2);
            Ok(1.0 - seen / expected)
        }
        Name::BrennanPrediger | Name::Randolph => Ok(1.0 - seen / even(distance)?),
        Name::GwetAc1 if weights != Weights::Nominal => Err(Undefined::NoVariant(name, weights)),
        Name::GwetAc1 | Name::GwetAc2 => gwet(seen, distance, sums),
        Name::CohenKappa => cohen_value(cells(parts, frequency)?, distance),
        Name::ScottPi => scott_pi(cells(parts, frequency)?, distance),
    }
}

/// The standard error, where the coefficient has an asymptotic one.
pub(super) fn standard_error((name, weights): (Name, Weights), parts: &Parts<'_>, frequency: &[u32]) -> Option<f64> {
    let (_, distance) = parts.distance(weights).ok()?;
    match name {
        Name::CohenKappa => {
            let value: Value = cohen_kappa(cells(parts, frequency).ok()?, distance).ok()?;
            value.standard_error
        }
        _ => None,
    }
}

/// What two annotators said, with frequencies. More than two are the caller's to refuse with their number.
fn cells<'a>(
    parts: &'a Parts<'_>,
    frequency: &'a [u32],
) -> Result<impl Iterator<Item = (u32, u32, u32)> + Clone + 'a, Undefined> {
    let both = parts.patterns.both.as_ref().ok_or(Undefined::NotTwo(0))?;
    let said = both.iter().zip(frequency).filter(|(_, count)| **count > 0);
    Ok(said.filter_map(|(both, &count)| both.map(|(a, b)| (a, b, count))))
}

/// Fails unless two categories occur.
fn several(counts: &[f64]) -> Result<(), Undefined> {
    let used = counts.iter().filter(|&&count| count > 0.0).count();
    if used > 1 { Ok(()) } else { Err(Undefined::OneLabel) }
}

/// The mean distance of two categories drawn evenly: 1 − 1/q without weights.
fn even(distance: &Distance<'_>) -> Result<f64, Undefined> {
    let q = distance.categories();
    let ones = vec![1.0; q];
    let all = distance.between(&ones, &ones);
    if q > 1 && all > 0.0 { Ok(all / (q * q) as f64) } else { Err(Undefined::OneCategory) }
}

/// AC1 and AC2: P_e = T_w/(q(q − 1))·Σπ(1 − π), where T_w is the sum of all weights and the weights are 1 − δ/max δ.
fn gwet(seen: f64, distance: &Distance<'_>, sums: &Sums) -> Result<f64, Undefined> {
    let (q, largest) = (distance.categories() as f64, distance.largest());
    let weights = q * q * (1.0 - even(distance)? / largest);
    let spread: f64 = sums.shares.iter().map(|share| share / sums.answered).map(|share| share * (1.0 - share)).sum();
    let chance = weights / (q * (q - 1.0)) * spread;
    Ok(1.0 - seen / largest / (1.0 - chance))
}

/// α with δ² = (Σ_{c…k} n_g − (n_c + n_k)/2)², which is the squared difference of the categories' middle ranks.
fn ordinal_alpha(parts: &Parts<'_>, frequency: &[u32], sums: &Sums) -> Result<f64, Undefined> {
    // Only numbers are in an order; the linear distance says whether these are.
    Distance::new(Weights::Linear, parts.scale).map_err(|_| Undefined::NotOnThisScale(Weights::Ordinal))?;
    several(&sums.marginal)?;
    let mut below = -sums.answers / 2.0;
    let rank = |n: &f64| {
        below += n;
        below - n / 2.0
    };
    let ranks: Vec<f64> = sums.marginal.iter().map(rank).collect();
    let apart = parts.apart_by_rank(frequency, &ranks);
    let distance = Distance::Quadratic(ranks);
    Ok(1.0 - (sums.answers - 1.0) * apart / distance.between(&sums.marginal, &sums.marginal))
}
