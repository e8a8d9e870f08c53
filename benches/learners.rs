//! Every learner on public collections, with its usual settings: `cargo bench --bench learners -- [COLLECTION or MODEL…]`.
//!
//! On texts (see `collections`) learners read the text, on `adult` the fields. The seconds are those of the encoded
//! rows: the making of the features is not among them. What is not in `../shared/data/bench` is skipped with a message.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "collections/mod.rs"]
mod collections;

use collections::{Collection, NAMES};
use karat::domain::FieldValue;
use karat::features::{Features, Recipe, Table};
use karat::models::learner::{Inputs, LearnerKind, Task, artifacts};
use karat::models::{ClassWeights, UNWATCHED};
use karat::resampling::Resampling;
use karat::training::evaluation::{Cases, Curve, Evaluation, Metric};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let all = |known: &dyn Fn(&str) -> bool| !words.iter().any(|word| known(word));
    let is_set = |word: &str| word == "adult" || NAMES.contains(&word);
    let is_model = |word: &str| word.parse::<LearnerKind>().is_ok();
    if let Some(word) = words.iter().find(|word| !is_set(word) && !is_model(word)) {
        return Err(format!("{word:?} is neither a collection nor a model").into());
    }
    let wanted = |word: &str, none: bool| none || words.iter().any(|w| w == word);
    let (every_set, every_model) = (all(&is_set), all(&is_model));
    let kinds: Vec<LearnerKind> =
        LearnerKind::ALL.iter().copied().filter(|kind| wanted(kind.as_str(), every_model)).collect();
    println!("| set | model | accuracy | AUC | log-loss | ECE | fit, s | predict, s | bytes |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    if wanted("adult", every_set)
        && let Some(census) = Census::read()?
    {
        let inputs = Inputs { fields: Some(&census.table), ..Inputs::default() };
        let labelled: Vec<(u32, u32)> = (0..).zip(census.classes).collect();
        let (train, test) = labelled.split_at(census.learned);
        kinds.iter().try_for_each(|kind| measure("adult", *kind, inputs, 2, train, test))?;
    }
    for name in NAMES.iter().filter(|name| wanted(name, every_set)) {
        let Some(collection) = Collection::read(name)? else { continue };
        let features = Features::extract(&collection.texts, &Recipe::default());
        let inputs = Inputs { text: Some(features.rows()), ..Inputs::default() };
        let (train, test) = (collection.labelled(&collection.train), collection.labelled(&collection.test));
        for kind in &kinds {
            measure(name, *kind, inputs, collection.class_count, &train, &test)?;
        }
    }
    Ok(())
}

fn measure(
    name: &str,
    kind: LearnerKind,
    inputs: Inputs<'_>,
    classes: usize,
    train: &[(u32, u32)],
    test: &[(u32, u32)],
) -> Result<(), Box<dyn Error>> {
    let task = Task { inputs, classes, train, validation: &[], class_weights: ClassWeights::Equal, seed: 0 };
    let start = Instant::now();
    let model = kind.learner().fit(&task, UNWATCHED)?;
    let fitted = start.elapsed().as_secs_f64();
    let p = model.probabilities(&inputs);
    let predicted = start.elapsed().as_secs_f64() - fitted;
    let bytes: usize = artifacts(&*model)?.iter().map(|file| file.bytes.len()).sum();
    let cases = Cases::of(test.iter().map(|&(row, class)| (p.row(row as usize), class)));
    let score = Evaluation::of(&cases, Resampling::NONE).ok_or("no test rows")?;
    let number = |metric| score.value(metric).unwrap_or(f64::NAN);
    let of_second = test.iter().map(|&(row, class)| (p.row(row as usize).get(1).copied().unwrap_or(0.0), class == 1));
    let auc = Curve::of(of_second).and_then(|curve| curve.roc_auc).filter(|_| classes == 2);
    let auc = auc.map_or_else(String::new, |auc| format!("{auc:.4}"));
    println!(
        "| {name} | {kind} | {:.4} | {auc} | {:.4} | {:.4} | {fitted:.2} | {predicted:.2} | {bytes} |",
        number(Metric::Accuracy),
        number(Metric::LogLoss),
        number(Metric::Ece),
    );
    Ok(())
}

/// The census rows.
struct Census {
    table: Table,
    /// Whether income is above 50,000.
    classes: Vec<u32>,
    /// How many of the rows are to learn from; they come first.
    learned: usize,
}

impl Census {
    fn read() -> Result<Option<Self>, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bench");
        let (mut rows, mut classes, mut names, mut learned) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for file in ["adult_train.csv", "adult_test.csv"] {
            if !folder.join(file).exists() {
                eprintln!("adult: skipped, {file} is not in ../shared/data/bench");
                return Ok(None);
            }
            learned = rows.len();
            let mut reader = csv::Reader::from_path(folder.join(file))?;
            names = reader.headers()?.iter().map(ToOwned::to_owned).collect();
            for row in reader.records() {
                let mut cells: Vec<FieldValue> = row?.iter().map(|cell| value(cell.trim())).collect();
                let income = cells.pop().ok_or("a row without income")?;
                classes.push(u32::from(income.display().starts_with(">50K")));
                rows.push(cells);
            }
        }
        let fields: Vec<&str> = names.iter().take(names.len().saturating_sub(1)).map(String::as_str).collect();
        let table = Table::from_rows(&fields, rows.iter().map(|row| &row[..]));
        Ok(Some(Self { table, classes, learned }))
    }
}

fn value(cell: &str) -> FieldValue {
    match (cell, cell.parse()) {
        ("" | "?", _) => FieldValue::Null,
        (_, Ok(number)) => FieldValue::Number(number),
        (text, Err(_)) => FieldValue::Text(text.to_owned()),
    }
}
