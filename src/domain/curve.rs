//! Curves that a training draws while it learns: the loss pass by pass.

use super::words::words;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

words! {
    /// What a curve shows.
    Curve: "curve" {
        /// Mean loss of the rows that are learned from, in nats; each as it was just before it was learned from.
        TrainLoss = "train_loss",
        /// Mean loss of the validation rows, in nats.
        ValidationLoss = "validation_loss",
    }
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Of which curve.
    pub curve: Curve,
    /// After how many passes, or trees.
    pub at: u32,
    /// Its height.
    pub value: f64,
}

/// The most points that are kept of a curve.
const MOST: usize = 400;

/// Curves as far as they are drawn. Of a long one every second point is let go, the newest stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves(BTreeMap<Curve, Vec<(u32, f64)>>);

impl Curves {
    /// Draws on; what is no number is left out.
    pub fn add(&mut self, point: Point) {
        if !point.value.is_finite() {
            return;
        }
        let points = self.0.entry(point.curve).or_default();
        if points.len() >= MOST {
            let mut place = 0;
            points.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
        points.push((point.at, point.value));
    }

    /// The points of one, from left to right.
    pub fn points(&self, curve: Curve) -> &[(u32, f64)] {
        self.0.get(&curve).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `{CURVE: [[at, value], …]}`.
    pub fn to_json(&self) -> Json {
        let told = self.0.iter().map(|(curve, points)| (curve.as_str().to_owned(), json!(points)));
        Json::Object(told.collect::<Map<_, _>>())
    }

    /// What [`Curves::to_json`] told; curves and points that are not understood are left out.
    pub fn of_json(json: &Json) -> Self {
        let mut curves = Self::default();
        for (name, points) in json.as_object().into_iter().flatten() {
            let Ok(curve) = name.parse() else { continue };
            for point in points.as_array().into_iter().flatten() {
                let at = point[0].as_u64().and_then(|at| u32::try_from(at).ok());
                if let (Some(at), Some(value)) = (at, point[1].as_f64()) {
                    curves.0.entry(curve).or_default().push((at, value));
                }
            }
        }
        curves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: u32) -> Curves {
        let mut curves = Curves::default();
        (1..=points).for_each(|at| {
            curves.add(Point { curve: Curve::TrainLoss, at, value: 1.0 / f64::from(at) });
        });
        curves
    }

    #[test]
    fn curves_are_told_and_read_again() {
        let mut curves = drawn(5);
        curves.add(Point { curve: Curve::ValidationLoss, at: 1, value: 0.25 });
        curves.add(Point { curve: Curve::ValidationLoss, at: 2, value: f64::NAN });
        assert_eq!(curves.points(Curve::ValidationLoss), [(1, 0.25)]);
        assert_eq!(Curves::of_json(&curves.to_json()), curves);
        assert!(Curves::of_json(&json!({"accuracy": [[1, 2]], "train_loss": [["x", 1], [-1, 2]]})).is_empty());
    }

    #[test]
    fn a_long_curve_keeps_its_shape_and_its_end() {
        let curves = drawn(100_000);
        let points = curves.points(Curve::TrainLoss);
        assert!(points.len() <= MOST && points.len() >= MOST / 2, "{}", points.len());
        assert_eq!(points.first().map(|p| p.0), Some(1));
        assert_eq!(points.last().map(|p| p.0), Some(100_000));
        assert!(points.is_sorted_by_key(|p| p.0));
    }
}
