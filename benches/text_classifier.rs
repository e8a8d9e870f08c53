//! The text classifier, end to end, against scikit-learn's in the same run:
//! `PYTHON=/a/venv/bin/python cargo bench --bench text_classifier -- [COLLECTION…]`, where that Python has scikit-learn.
//!
//! From texts to predictions, on one thread, the best of three runs, in wall and in processor time; the latter tells more on
//! a busy machine, and the last column is its ratio. Without `PYTHON` only our own side is measured.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "collections/mod.rs"]
mod collections;
#[path = "process/mod.rs"]
mod process;

use collections::{Collection, NAMES};
use karat::features::{Features, Recipe};
use karat::models::{LogisticRegression, UNWATCHED};
use karat::resampling::Resampling;
use karat::training::evaluation::{Cases, Evaluation, Metric};
use process::processor_seconds;
use serde_json::{Value as Json, json};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::process::Command;
use std::time::Instant;

const RUNS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    println!("| collection | learner | accuracy | calibration error | seconds | on the processor | times faster |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for name in NAMES.iter().filter(|name| words.is_empty() || words.iter().any(|word| word == **name)) {
        let Some(collection) = Collection::read(name)? else { continue };
        let (score, seconds, busy) = ours(&collection)?;
        let number = |metric| score.value(metric).unwrap_or(f64::NAN);
        let (accuracy, calibration) = (number(Metric::Accuracy), number(Metric::Ece));
        println!("| {name} | Karat | {accuracy:.4} | {calibration:.3} | {seconds:.3} | {busy:.3} | 1 |");
        for theirs in peer(&collection)? {
            let number = |key: &str| theirs[key].as_f64().unwrap_or(f64::NAN);
            println!(
                "| {name} | scikit-learn {} | {:.4} | | {:.3} | {:.3} | {:.1} |",
                theirs["name"].as_str().unwrap_or_default(),
                number("accuracy"),
                number("seconds"),
                number("busy"),
                number("busy") / busy
            );
        }
    }
    Ok(())
}

fn ours(collection: &Collection) -> Result<(Evaluation, f64, f64), Box<dyn Error>> {
    let (train, test) = (collection.labelled(&collection.train), collection.labelled(&collection.test));
    let mut best: Option<(Evaluation, f64, f64)> = None;
    for _ in 0..RUNS {
        let (start, before) = (Instant::now(), processor_seconds());
        let features = Features::extract(&collection.texts, &Recipe::default());
        let rows = features.rows();
        let model = LogisticRegression::default().fit_examples(rows, &train, collection.class_count, UNWATCHED)?;
        let probabilities = model.probabilities(rows);
        let seconds = start.elapsed().as_secs_f64();
        let busy = processor_seconds().zip(before).map_or(seconds, |(after, before)| after - before);
        let cases = Cases::of(test.iter().map(|&(row, class)| (probabilities.row(row as usize), class)));
        let score = Evaluation::of(&cases, Resampling::NONE).ok_or("no test texts")?;
        let (wall, least) = best.map_or((seconds, busy), |(_, wall, least)| (wall, least));
        best = Some((score, wall.min(seconds), least.min(busy)));
    }
    best.ok_or_else(|| "nothing was run".into())
}

/// What scikit-learn does with the same texts; nothing without a Python that has it.
fn peer(collection: &Collection) -> Result<Vec<Json>, Box<dyn Error>> {
    let Some(python) = std::env::var_os("PYTHON") else { return Ok(Vec::new()) };
    let mut file = BufWriter::new(tempfile::NamedTempFile::new()?);
    for (test, which) in [(false, &collection.train), (true, &collection.test)] {
        for &i in which {
            let i = i as usize;
            writeln!(file, "{}", json!({"text": collection.texts[i], "class": collection.classes[i], "test": test}))?;
        }
    }
    let file = file.into_inner()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/text_classifier.py");
    let output =
        Command::new(python).env("OMP_NUM_THREADS", "1").arg(script).arg(file.path()).arg(RUNS.to_string()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    String::from_utf8(output.stdout)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
