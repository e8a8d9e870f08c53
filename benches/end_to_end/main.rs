//! What a person waits for, measured with the real program at several sizes:
//! `cargo bench --bench end_to_end -- 10000 100000 1000000`. Prints a table for `docs/MEASUREMENTS.md`.

#![allow(clippy::expect_used, clippy::panic, reason = "shares the tests' harness; a measurement that fails stops")]

#[path = "../corpus/mod.rs"]
mod corpus;
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/it/harness/mod.rs"]
mod harness;
mod import;
mod learn;
mod measure;
mod screen;
mod sitting;

use corpus::Corpus;
use harness::TestEnv;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// What was measured at one size: names and values, in order.
type Figures = Vec<(&'static str, String)>;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![10_000] } else { given };
    let columns = sizes.iter().map(|rows| measure_at(*rows)).collect::<Result<Vec<_>, _>>()?;
    let mut out = io::stdout().lock();
    let heads: Vec<String> = sizes.iter().map(|rows| format!("{rows} items")).collect();
    writeln!(out, "| what | {} |\n| --- |{}", heads.join(" | "), " --- |".repeat(sizes.len()))?;
    for (row, (name, _)) in columns.first().into_iter().flatten().enumerate() {
        let values: Vec<&str> = columns.iter().filter_map(|c| c.get(row)).map(|(_, value)| value.as_str()).collect();
        writeln!(out, "| {name} | {} |", values.join(" | "))?;
    }
    Ok(())
}

fn measure_at(rows: u64) -> Result<Figures, Box<dyn Error>> {
    let env = TestEnv::new();
    let corpus = Corpus::read()?;
    corpus.write_csv(0, rows, BufWriter::new(File::create(env.path("rows.csv"))?))?;
    let mut figures = import::measure(&env)?;
    figures.extend(learn::measure(&env, &corpus, rows)?);
    figures.extend(screen::measure(&env)?);
    figures.extend(sitting::measure(&env)?);
    Ok(figures)
}
