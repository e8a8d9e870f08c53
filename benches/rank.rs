//! Retraining and ranking again: `cargo bench --bench rank -- [STRATEGY] [ITEMS…]`, by default with diverse-margin at 10
//! thousand, 100 thousand and one million items of forty words in ten classes, on one worker thread.
//!
//! Every size is measured in a process of its own, so that its peak of memory is its own.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "corpus/mod.rs"]
#[expect(dead_code, reason = "this bench needs texts and classes alone")]
mod corpus;
#[path = "process/mod.rs"]
mod process;

use corpus::Corpus;
use karat::cache::{Cache, features};
use karat::domain::Digest;
use karat::features::{Features, Recipe};
use karat::models::{LogisticRegression, UNWATCHED};
use karat::queue::{Answered, RankInput, Strategy, rank};
use karat::training::{RoundInput, fit_committee, fit_round, held_out};
use process::processor_seconds;
use std::error::Error;
use std::process::Command;
use std::time::Instant;

const SIZES: [&str; 3] = ["10000", "100000", "1000000"];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [flag, strategy, items] = &words[..]
        && flag == "--one"
    {
        return one(&strategy.parse()?, items.parse()?);
    }
    let (sizes, named): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| word.parse::<u64>().is_ok());
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let strategy = named.first().copied().unwrap_or("diverse-margin");
    println!(
        "| items | features | open from the cache | cache | fit to 10,000 | score | order | fit + score + order | of that on the processor | peak memory |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for items in sizes {
        let mut command = Command::new(std::env::current_exe()?);
        let status = command.args(["--one", strategy, items]).env("RAYON_NUM_THREADS", "1").status()?;
        if !status.success() {
            return Err(format!("measuring {items} items failed").into());
        }
    }
    Ok(())
}

/// The rows that were answered, as row and class.
#[derive(Default)]
struct Labelled {
    classes: Vec<String>,
    examples: Vec<(u32, u32)>,
}

impl Labelled {
    fn take(&mut self, row: u32, class: &str) {
        let known = self.classes.iter().position(|known| known == class);
        let class = known.unwrap_or_else(|| {
            self.classes.push(class.to_owned());
            self.classes.len() - 1
        });
        self.examples.push((row, class as u32));
    }
}

fn one(strategy: &Strategy, items: u64) -> Result<(), Box<dyn Error>> {
    let corpus = Corpus::read()?;
    let folder = tempfile::tempdir()?;
    let cache = Cache::new(folder.path(), 4 << 30);
    let mut labelled = Labelled::default();
    let get = |mut taken: Option<&mut Labelled>| -> Result<(Features, f64, f64), Box<dyn Error>> {
        let mut making = 0.0;
        let start = Instant::now();
        let read = |feed: karat::cache::Feed<'_>| {
            (0..items).try_for_each(|n| {
                let start = Instant::now();
                let row = corpus.row(0, n);
                if let Some(taken) = taken.as_mut().filter(|_| n < 10_000.min(items * 4 / 5)) {
                    taken.take(n as u32, &row.class);
                }
                making += start.elapsed().as_secs_f64();
                feed(&row.text, Vec::new())
            })
        };
        let features = features(&cache, &Digest([0; 32]), &Recipe::default(), read, &|_| true)?;
        Ok((features, start.elapsed().as_secs_f64(), making))
    };
    let (first, computed, making) = get(Some(&mut labelled))?;
    let Labelled { classes, examples } = labelled;
    let bytes = first.bytes().len();
    drop(first);
    let (features, opened, _) = get(None)?;
    let start = Instant::now();
    let regression = LogisticRegression::default();
    let model = regression.fit_examples(features.rows(), &examples, classes.len(), UNWATCHED)?;
    let fitted = start.elapsed().as_secs_f64();
    drop(model);
    let (start, before) = (Instant::now(), processor_seconds());
    let input = RoundInput {
        rows: features.rows(),
        examples: &examples,
        classes: classes.len(),
        evaluation: &[],
        regression: &regression,
    };
    let outcome = fit_round(&input, UNWATCHED)?;
    let round = start.elapsed().as_secs_f64();
    let labelled: Vec<u32> = examples.iter().map(|e| e.0).collect();
    let candidates: Vec<u32> = (examples.len() as u32..items as u32).collect();
    let start = Instant::now();
    let fit = || fit_committee(features.rows(), &examples, classes.len(), &candidates, 0, UNWATCHED);
    let committee = (*strategy == Strategy::Committee).then(fit).transpose()?;
    let ask = || held_out(features.rows(), &examples, classes.len(), &labelled, 0, UNWATCHED);
    let thoughts = (*strategy == Strategy::Disagreement).then(ask).transpose()?;
    let answered = thoughts.map(|thoughts| Answered { answers: examples.clone(), thoughts, wanted: 2 });
    let ranking = rank(&RankInput {
        rows: features.rows(),
        candidates: &candidates,
        labelled: &labelled,
        probabilities: Some(&outcome.probabilities),
        strategy,
        sought: None,
        committee: committee.as_ref(),
        answered: answered.as_ref(),
        batch: 20,
        seed: 0,
    });
    let ordered = start.elapsed().as_secs_f64();
    let busy = processor_seconds().zip(before).map_or(f64::NAN, |(after, before)| after - before);
    assert_eq!(ranking.order.len() - ranking.again.len(), candidates.len());
    println!(
        "| {items} | {:.2} s | {opened:.2} s | {:.0} MB | {fitted:.2} s | {:.2} s | {ordered:.2} s | {:.2} s | {busy:.2} s | {} |",
        computed - making,
        bytes as f64 / 1e6,
        round - fitted,
        round + ordered,
        peak().unwrap_or_else(|| "?".to_owned())
    );
    Ok(())
}

/// The most memory that this process had at once, as Linux tells it.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} MB", kib / 1024.0))
}
