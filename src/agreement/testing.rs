//! Tables of answers for the tests.

use super::{Rating, Ratings, Scale};

/// Answers written as one row an annotator, one digit a unit, a dot where there is no answer; the categories are the
/// numbers 0 … 9 as far as they are used.
pub(super) fn table(rows: &[&str]) -> Ratings {
    let answers: Vec<Rating> = (rows.iter().enumerate())
        .flat_map(|(rater, row)| {
            row.chars().enumerate().filter_map(move |(unit, c)| {
                c.to_digit(10).map(|category| Rating { unit: unit as u32, rater: rater as u32, category })
            })
        })
        .collect();
    let most = answers.iter().map(|answer| answer.category).max().unwrap_or(0);
    let scale = Scale::numbers((0..=most).map(f64::from).collect()).expect("ascending");
    Ratings::new(scale, rows[0].len(), rows.len(), &answers).expect("answers on the scale")
}

/// Two annotators' answers from how often each pair of answers occurs.
pub(super) fn cross(counts: &[&[u32]]) -> Ratings {
    let mut answers = Vec::new();
    let mut unit = 0;
    for (a, row) in counts.iter().enumerate() {
        for (b, &count) in row.iter().enumerate() {
            for _ in 0..count {
                answers.push(Rating { unit, rater: 0, category: a as u32 });
                answers.push(Rating { unit, rater: 1, category: b as u32 });
                unit += 1;
            }
        }
    }
    Ratings::new(Scale::steps(counts.len()), unit as usize, 2, &answers).expect("answers on the scale")
}

pub(super) fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 6e-7, "{a} is not {b}");
}

pub(super) fn near(a: f64, b: f64, by: f64) {
    assert!((a - b).abs() <= by, "{a} is not {b} within {by}");
}
