//! Answers of several people to measure with: public files, and generated ones.

use karat::agreement::Rating;
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// One file of answers in long form: a row an answer.
pub struct Set {
    /// What it is called.
    pub name: &'static str,
    /// The file of answers and its columns of unit, annotator and label.
    pub file: &'static str,
    pub columns: [&'static str; 3],
    /// Whether the labels are numbers.
    pub numbers: bool,
    /// The file with the truth, if there is one.
    pub gold: Option<&'static str>,
}

const LABELS: [&str; 3] = ["item_id", "annotator_id", "label"];

/// The public sets.
pub const SETS: &[Set] = &[
    Set {
        name: "snow_rte",
        file: "snow_rte_labels.csv",
        columns: LABELS,
        numbers: false,
        gold: Some("snow_rte_items.csv"),
    },
    Set {
        name: "snow_wsd",
        file: "snow_wsd_labels.csv",
        columns: LABELS,
        numbers: false,
        gold: Some("snow_wsd_items.csv"),
    },
    Set { name: "snow_wordsim", file: "snow_wordsim_labels.csv", columns: LABELS, numbers: true, gold: None },
    Set {
        name: "bluebirds",
        file: "bluebirds_labels.csv",
        columns: LABELS,
        numbers: false,
        gold: Some("bluebirds_items.csv"),
    },
    Set { name: "anesthesia", file: "anesthesia_labels.csv", columns: LABELS, numbers: true, gold: None },
    Set { name: "sp_amt", file: "sp_amt_labels.csv", columns: LABELS, numbers: false, gold: Some("sp_amt_items.csv") },
    Set {
        name: "sp_rodrigues",
        file: "sp_rodrigues_labels.csv",
        columns: LABELS,
        numbers: false,
        gold: Some("sp_rodrigues_items.csv"),
    },
    Set { name: "gwsd", file: "gwsd_labels.csv", columns: LABELS, numbers: false, gold: None },
    Set {
        name: "popquorn_offense",
        file: "popquorn_offense_labels.csv",
        columns: ["item_id", "annotator_id", "rating"],
        numbers: true,
        gold: None,
    },
    Set {
        name: "vader_amazon",
        file: "vader_amazon_ratings.csv",
        columns: ["item_id", "rater_slot", "rating"],
        numbers: true,
        gold: None,
    },
];

/// Answers with the names behind their numbers.
pub struct Raters {
    pub name: String,
    pub units: usize,
    pub raters: usize,
    /// The labels, ascending (as numbers, where they are).
    pub categories: Vec<String>,
    pub values: Option<Vec<f64>>,
    pub people: Vec<String>,
    pub answers: Vec<Rating>,
    /// The true label by unit, where it is known.
    pub gold: Vec<Option<u32>>,
}

/// Where the files are.
pub fn folder() -> PathBuf {
    std::env::var_os("AGREEMENT_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bench"), PathBuf::from)
}

/// Reads a set.
pub fn read(set: &Set) -> Result<Raters, Box<dyn Error>> {
    let rows = columns(&folder().join(set.file), &set.columns)?;
    let mut categories: Vec<&str> = rows.iter().map(|row| row[2].as_str()).collect();
    categories.sort_unstable();
    categories.dedup();
    let mut values = None;
    if set.numbers {
        let mut numbered = Vec::new();
        for label in categories {
            numbered.push((label.parse::<f64>()?, label));
        }
        numbered.sort_by(|a, b| a.0.total_cmp(&b.0));
        values = Some(numbered.iter().map(|n| n.0).collect());
        categories = numbered.iter().map(|n| n.1).collect();
    }
    let place: HashMap<&str, u32> = categories.iter().zip(0..).map(|(&label, i)| (label, i)).collect();
    let (mut units, mut people) = (Names::default(), Names::default());
    let answers: Vec<Rating> = (rows.iter())
        .map(|row| Rating { unit: units.of(&row[0]), rater: people.of(&row[1]), category: place[row[2].as_str()] })
        .collect();
    let mut gold = vec![None; units.names.len()];
    if let Some(file) = set.gold {
        for row in columns(&folder().join(file), &["item_id", "gold"])? {
            if let Some(&unit) = units.index.get(&row[0]) {
                gold[unit as usize] = place.get(row[1].as_str()).copied();
            }
        }
    }
    Ok(Raters {
        name: set.name.to_owned(),
        units: units.names.len(),
        raters: people.names.len(),
        categories: categories.iter().map(|&label| label.to_owned()).collect(),
        values,
        people: people.names,
        answers,
        gold,
    })
}

/// Answers that leave nothing to compute: what they are called, and unit, annotator and label of each.
const ODD: [(&str, &[[u32; 3]]); 3] = [
    ("one label", &[[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]]),
    ("one annotator", &[[0, 0, 0], [1, 0, 1], [2, 0, 0]]),
    ("no unit twice", &[[0, 0, 0], [1, 1, 1], [2, 0, 1], [3, 1, 0]]),
];

/// The sets on which the packages fail.
pub fn odd() -> Vec<Raters> {
    let rating = |&[unit, rater, category]: &[u32; 3]| Rating { unit, rater, category };
    let set = |(name, answers): &(&str, &[[u32; 3]])| {
        let answers: Vec<Rating> = answers.iter().map(rating).collect();
        let most = |of: fn(&Rating) -> u32| answers.iter().map(of).max().map_or(0, |most| most as usize + 1);
        let (units, raters, labels) = (most(|a| a.unit), most(|a| a.rater), most(|a| a.category));
        Raters {
            name: (*name).to_owned(),
            units,
            raters,
            categories: (0..labels).map(|label| label.to_string()).collect(),
            values: None,
            people: (0..raters).map(|rater| rater.to_string()).collect(),
            answers,
            gold: vec![None; units],
        }
    };
    ODD.iter().map(set).collect()
}

/// Makes answers: every unit is answered by some of the annotators, who are right six to nineteen times in twenty.
pub fn generated(units: usize, each: usize, raters: usize, labels: usize) -> Raters {
    let mut state = 1u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) as usize) % limit
    };
    let mut answers = Vec::with_capacity(units * each);
    let mut gold = Vec::with_capacity(units);
    for unit in 0..units {
        let truth = below(labels);
        gold.push(Some(truth as u32));
        let first = below(raters);
        for i in 0..each {
            let rater = (first + i * 7) % raters;
            let right = below(20) < 6 + rater % 14;
            let category = if right { truth } else { below(labels) } as u32;
            answers.push(Rating { unit: unit as u32, rater: rater as u32, category });
        }
    }
    Raters {
        name: format!("{} generated answers", units * each),
        units,
        raters,
        categories: (0..labels).map(|label| label.to_string()).collect(),
        values: None,
        people: (0..raters).map(|rater| rater.to_string()).collect(),
        answers,
        gold,
    }
}

impl Raters {
    /// Writes the answers in long form.
    pub fn write(&self, path: &str) -> Result<(), Box<dyn Error>> {
        let mut file = BufWriter::new(std::fs::File::create(path)?);
        writeln!(file, "item_id,annotator_id,label")?;
        for answer in &self.answers {
            writeln!(file, "{},{},{}", answer.unit, answer.rater, answer.category)?;
        }
        Ok(file.flush()?)
    }
}

/// Numbers names in the order in which they come.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    index: HashMap<String, u32>,
}

impl Names {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(&known) = self.index.get(name) {
            return known;
        }
        let next = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), next);
        next
    }
}

/// Some columns of a CSV file.
fn columns(path: &Path, names: &[&str]) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let places: Vec<usize> = (names.iter())
        .map(|name| header.iter().position(|column| column == *name).ok_or(format!("no column {name}")))
        .collect::<Result<_, _>>()?;
    let rows = reader.records().map(|row| row.map(|row| places.iter().map(|&i| row[i].to_owned()).collect()));
    Ok(rows.collect::<Result<_, _>>()?)
}
