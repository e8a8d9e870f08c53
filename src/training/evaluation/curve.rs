//! One class against the rest, by the probability from which on a row counts as of it.

/// A curve is told in about so many points, where nobody asks for fewer.
const POINTS: usize = 200;

/// What precision and recall of a class are at every threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// By falling threshold; where there are more than about two hundred, those at even steps of recall, the one of best
    /// F1 and the last.
    pub points: Vec<Point>,
    /// Area under precision by recall, as the mean precision at every row found.
    pub average_precision: f64,
    /// Probability that a row of the class has a higher score than one of another (Hanley & McNeil 1982), equal scores
    /// counting half; none where all rows are of the class.
    pub roc_auc: Option<f64>,
}

/// What counting rows from a threshold on gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Rows with this probability or more are counted.
    pub threshold: f64,
    /// Share of them that are of the class.
    pub precision: f64,
    /// Share of the class that is among them.
    pub recall: f64,
    /// 2·precision·recall / (precision + recall).
    pub f1: f64,
    /// How many rows there are.
    pub rows: usize,
}

impl Curve {
    /// From the probability of the class and whether the row is of it; none where no row is. What is not a number is 0.
    pub fn of(items: impl IntoIterator<Item = (f32, bool)>) -> Option<Self> {
        let mut rows: Vec<(f32, bool)> =
            items.into_iter().map(|(p, is)| (if p.is_finite() { p } else { 0.0 }, is)).collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all = rows.iter().filter(|row| row.1).count();
        if all == 0 {
            return None;
        }
        let (mut points, mut found, mut counted) = (Vec::new(), 0usize, 0usize);
        let (mut average_precision, mut ahead) = (0.0, 0.0);
        for same in rows.chunk_by(|a, b| a.0 == b.0) {
            let hits = same.iter().filter(|row| row.1).count();
            ahead += (same.len() - hits) as f64 * (found as f64 + hits as f64 / 2.0);
            (found, counted) = (found + hits, counted + same.len());
            let (precision, recall) = (found as f64 / counted as f64, found as f64 / all as f64);
            average_precision += precision * hits as f64 / all as f64;
            let f1 = 2.0 * found as f64 / (counted + all) as f64;
            points.push(Point { threshold: f64::from(same[0].0), precision, recall, f1, rows: counted });
        }
        let others = rows.len() - all;
        Some(Self {
            points: thinned(points, POINTS),
            average_precision,
            roc_auc: (others > 0).then(|| ahead / (all as f64 * others as f64)),
        })
    }

    /// The point of best F1; the highest threshold of equals.
    pub fn best(&self) -> Option<&Point> {
        self.points.iter().rev().max_by(|a, b| a.f1.total_cmp(&b.f1))
    }

    /// The same curve in about so many points.
    #[must_use]
    pub fn within(self, points: usize) -> Self {
        Self { points: thinned(self.points, points), ..self }
    }
}

/// Points at even steps of recall, where there are more than so many; the one of best F1, and the last. Most thresholds
/// lie where hardly anything of the class is: a step of recall passes them over.
fn thinned(points: Vec<Point>, most: usize) -> Vec<Point> {
    if points.len() <= most {
        return points;
    }
    let best = points.iter().map(|p| p.f1).fold(0.0, f64::max);
    let step = 1.0 / most.max(1) as f64;
    let last = points.len() - 1;
    let (mut best_kept, mut next) = (false, 0.0);
    let keep = |(i, point): (usize, Point)| {
        let is_best = !best_kept && point.f1 == best;
        best_kept |= is_best;
        let is_next = point.recall >= next;
        if is_next {
            next = if point.recall < 1.0 { point.recall + step } else { f64::INFINITY };
        }
        (is_next || is_best || i == last).then_some(point)
    };
    points.into_iter().enumerate().filter_map(keep).collect()
}
