//! Probabilities that mean what they say, set right on rows that the model did not learn from.

use crate::models::{Probabilities, temperature_of};
use serde::{Deserialize, Serialize};

/// What turns a model's probabilities into those that are told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calibration {
    /// They stay as they are.
    #[default]
    None,
    /// Their logarithms are divided by this and they are made to sum to one again (Guo, Pleiss, Sun & Weinberger 2017):
    /// the likeliest class stays the likeliest.
    Temperature(f64),
    /// Each class has a rising step function of its own (Zadrozny & Elkan 2002), after which a row is made to sum to one.
    /// It needs a thousand rows or more, and may change which class is the likeliest.
    Isotonic(Vec<Isotonic>),
}

impl Calibration {
    /// The temperature of least log-loss on these rows; 1 of no rows.
    pub fn temperature(probabilities: &Probabilities, truths: &[u32]) -> Self {
        let rows = (0..probabilities.len()).map(|row| probabilities.row(row)).zip(truths);
        let known = rows.filter(|(p, truth)| (**truth as usize) < p.len());
        let scores = known.map(|(p, &truth)| (p.iter().map(|p| logarithm(*p)).collect(), truth as usize));
        Self::Temperature(f64::from(temperature_of(&scores.collect::<Vec<_>>(), 0.0)))
    }

    /// A rising function for each class, fitted to these rows.
    pub fn isotonic(probabilities: &Probabilities, truths: &[u32]) -> Self {
        let n = probabilities.len().min(truths.len());
        let of = |class: usize| {
            Isotonic::fit((0..n).map(|row| {
                let hit = truths[row] as usize == class;
                (f64::from(probabilities.row(row)[class]), f64::from(u8::from(hit)))
            }))
        };
        Self::Isotonic((0..probabilities.classes()).map(of).collect())
    }

    /// The probabilities set right. A row of which nothing would be left stays as it is.
    pub fn apply(&self, probabilities: &Probabilities) -> Probabilities {
        let classes = probabilities.classes();
        let mut values = Vec::with_capacity(classes * probabilities.len());
        for row in 0..probabilities.len() {
            self.apply_to(probabilities.row(row), &mut values);
        }
        Probabilities::new(classes, values)
    }

    fn apply_to(&self, p: &[f32], out: &mut Vec<f32>) {
        let changed: Vec<f64> = match self {
            Self::None => return out.extend_from_slice(p),
            Self::Temperature(t) => {
                let most = p.iter().copied().fold(0.0, f32::max);
                p.iter().map(|p| f64::from(p / most).powf(1.0 / t)).collect()
            }
            Self::Isotonic(of) => p.iter().zip(of).map(|(p, function)| function.at(f64::from(*p))).collect(),
        };
        let sum: f64 = changed.iter().sum();
        match sum > 0.0 && sum.is_finite() && changed.len() == p.len() {
            true => out.extend(changed.iter().map(|v| (v / sum) as f32)),
            false => out.extend_from_slice(p),
        }
    }
}

fn logarithm(p: f32) -> f32 {
    p.max(f32::MIN_POSITIVE).ln()
}

/// A function that never falls: what least squares makes of points (pool adjacent violators, Ayer et al. 1955),
/// straight between them and level beyond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Isotonic {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Isotonic {
    /// Fits to pairs of x and y; those that are not numbers are left out.
    pub fn fit(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut points: Vec<(f64, f64)> = points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocks: Vec<Block> = Vec::new();
        for same in points.chunk_by(|a, b| a.0 == b.0) {
            let weight = same.len() as f64;
            let y = same.iter().map(|p| p.1).sum::<f64>() / weight;
            blocks.push(Block { from: same[0].0, to: same[0].0, y, weight });
            while let [.., before, last] = &blocks[..]
                && before.y >= last.y
            {
                let joined = before.with(last);
                blocks.truncate(blocks.len() - 2);
                blocks.push(joined);
            }
        }
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for block in blocks {
            x.push(block.from);
            y.push(block.y);
            if block.to > block.from {
                x.push(block.to);
                y.push(block.y);
            }
        }
        Self { x, y }
    }

    /// The points that it is straight between, by x and by y.
    pub fn knots(&self) -> (&[f64], &[f64]) {
        (&self.x, &self.y)
    }

    /// The function's value; what went in where it was fitted to nothing.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.x.partition_point(|&knot| knot < x);
        match (
            after.checked_sub(1).and_then(|i| Some((self.x.get(i)?, self.y.get(i)?))),
            self.x.get(after).zip(self.y.get(after)),
        ) {
            (None, None) => x,
            (None, Some((_, y))) | (Some((_, y)), None) => *y,
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        }
    }
}

/// Neighbours that share a value.
struct Block {
    from: f64,
    to: f64,
    y: f64,
    weight: f64,
}

impl Block {
    fn with(&self, other: &Self) -> Self {
        let weight = self.weight + other.weight;
        let y = (self.y * self.weight + other.y * other.weight) / weight;
        Self { from: self.from, to: other.to, y, weight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::mix;

    #[test]
    fn isotonic_of_the_checked_case() {
        let ys = [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0];
        let fitted = Isotonic::fit(ys.iter().enumerate().map(|(x, &y)| (x as f64, y)));
        let third = 1.0 / 3.0;
        for (x, want) in [0.0, third, third, third, 2.0 * third, 2.0 * third, 2.0 * third, 1.0].into_iter().enumerate()
        {
            assert!((fitted.at(x as f64) - want).abs() < 1e-12, "at {x}: {}", fitted.at(x as f64));
        }
        assert_eq!((fitted.at(-5.0), fitted.at(99.0)), (0.0, 1.0));
        assert!((fitted.at(3.5) - 0.5).abs() < 1e-12, "straight between the points");
        assert_eq!(Isotonic::fit([]).at(0.3), 0.3);
    }

    /// Rows whose class is the second with a chance of sigmoid(x), of which a model says sigmoid(boldness·x).
    fn told(boldness: f64) -> (Probabilities, Vec<u32>) {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let uniform = |i: u64, n: u64| (mix(i, n) >> 11) as f64 / (1u64 << 53) as f64;
        let xs: Vec<f64> = (0..20_000).map(|i| 6.0 * uniform(1, i) - 3.0).collect();
        let truths = xs.iter().enumerate().map(|(i, x)| u32::from(uniform(2, i as u64) < sigmoid(*x))).collect();
        let p =
            xs.iter().flat_map(|x| [1.0 - sigmoid(boldness * x), sigmoid(boldness * x)].map(|p| p as f32)).collect();
        (Probabilities::new(2, p), truths)
    }

    fn loss(p: &Probabilities, truths: &[u32]) -> f64 {
        truths.iter().enumerate().map(|(i, &t)| -f64::from(p.row(i)[t as usize]).max(1e-15).ln()).sum::<f64>()
    }

    #[test]
    fn both_undo_boldness_and_keep_rows_whole() {
        let (right, _) = told(1.0);
        for boldness in [0.4, 3.0] {
            let (p, truths) = told(boldness);
            let by_t = Calibration::temperature(&p, &truths);
            assert!(matches!(by_t, Calibration::Temperature(t) if (t / boldness - 1.0).abs() < 0.05), "{by_t:?}");
            let isotonic = Calibration::isotonic(&p, &truths);
            for calibration in [by_t, isotonic] {
                let set_right = calibration.apply(&p);
                assert!((loss(&set_right, &truths) / loss(&right, &truths) - 1.0).abs() < 0.01);
                assert!((0..p.len()).all(|i| (set_right.row(i).iter().sum::<f32>() - 1.0).abs() < 1e-5));
                let json = serde_json::to_string(&calibration).expect("JSON");
                let read: Calibration = serde_json::from_str(&json).expect("the same");
                assert_eq!(read.apply(&p), set_right);
            }
        }
    }

    #[test]
    fn rows_without_anything_stay_as_they_are() {
        let p = Probabilities::new(2, vec![0.0, 0.0, f32::NAN, 0.5]);
        for calibration in [Calibration::None, Calibration::Temperature(2.0)] {
            assert_eq!(calibration.apply(&p).row(0), [0.0, 0.0]);
        }
        let (t, none) = (Calibration::temperature(&p, &[7, 9]), Calibration::temperature(&p, &[]));
        assert!([t, none].iter().all(|c| matches!(c, Calibration::Temperature(t) if (t - 1.0).abs() < 0.01)));
    }
}
