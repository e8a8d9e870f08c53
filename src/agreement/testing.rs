//! Tables of answers for the tests.

use super::{Rating, Ratings, Scale};
use std::collections::HashMap;
use std::path::Path;

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

/// A public file of answers.
pub(super) struct Public {
    pub ratings: Ratings,
    /// The number of each unit's name.
    pub units: HashMap<String, u32>,
    /// The number of each label.
    pub labels: HashMap<String, u32>,
}

/// Rows of a public file; none, and a message, where the files are not beside the project.
pub(super) fn public_rows(file: &str) -> Option<Vec<Vec<String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bench").join(file);
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        println!("skipped: {file} is not in ../shared/data/bench");
        return None;
    };
    Some(reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect())
}

/// A public file whose first three columns are unit, annotator and label; the labels may be numbers.
pub(super) fn public(file: &str, numbers: bool) -> Option<Public> {
    let rows = public_rows(file)?;
    let mut names: Vec<&String> = rows.iter().map(|row| &row[2]).collect();
    names.sort();
    names.dedup();
    let number = |name: &&String| name.parse::<f64>().expect("a number");
    let mut scale = Scale::labels(names.len());
    if numbers {
        names.sort_by(|a, b| number(a).total_cmp(&number(b)));
        scale = Scale::numbers(names.iter().map(number).collect()).expect("ascending");
    }
    let labels: HashMap<String, u32> = names.into_iter().cloned().zip(0..).collect();
    let (mut units, mut raters) = (HashMap::new(), HashMap::new());
    let number = |names: &mut HashMap<String, u32>, name: &String| {
        let next = names.len() as u32;
        *names.entry(name.clone()).or_insert(next)
    };
    let answers: Vec<Rating> = (rows.iter())
        .map(|row| Rating {
            unit: number(&mut units, &row[0]),
            rater: number(&mut raters, &row[1]),
            category: labels[&row[2]],
        })
        .collect();
    let ratings = Ratings::new(scale, units.len(), raters.len(), &answers).expect("answers on the scale");
    Some(Public { ratings, units, labels })
}
