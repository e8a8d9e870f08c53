//! One round of the ranker on ten thousand answers: fit, and re-rank all items.

use crate::Figures;
use crate::corpus::Corpus;
use crate::harness::TestEnv;
use crate::measure::{cost, seconds};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

/// At most; a smaller project keeps half of its items open.
const ANSWERS: u64 = 10_000;

/// Imports the answers and trains twice: the first time computes the features, the second finds them in the cache.
pub fn measure(env: &TestEnv, corpus: &Corpus, rows: u64) -> Result<Figures, Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(env.path("answers.csv"))?);
    writeln!(file, "item,annotator,answer")?;
    for n in 0..ANSWERS.min(rows / 2) {
        writeln!(file, "{n},bea,\"{}\"", corpus.row(0, n).class)?;
    }
    file.flush()?;
    let columns = ["--item-col=item", "--annotator-col=annotator", "--answer-col=answer", "--quiet"];
    cost(env.command(["import", "answers.csv", "--as", "answers"]).args(columns))?;
    let cold = cost(&mut env.command(["retrain", "--quiet"]))?;
    let warm = cost(&mut env.command(["retrain", "--quiet"]))?;
    Ok(vec![
        ("`karat retrain`, features computed", seconds(cold.wall)),
        ("`karat retrain`, features cached", seconds(warm.wall)),
        ("peak memory of the first", format!("{} MiB", cold.peak_mib)),
        ("peak memory of the second", format!("{} MiB", warm.peak_mib)),
    ])
}
