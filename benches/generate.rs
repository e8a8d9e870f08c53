//! Writes rows to measure with: `cargo bench --bench generate -- ROWS FILE.csv [SEED]`.

mod corpus;

use std::fs::File;
use std::io::{self, BufWriter};

fn main() -> io::Result<()> {
    // Cargo adds a switch of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    let (Some(rows), Some(file)) = (number(0), words.get(1)) else {
        return Err(io::Error::other("usage: cargo bench --bench generate -- ROWS FILE.csv [SEED]"));
    };
    corpus::Corpus::read()?.write_csv(number(2).unwrap_or(0), rows, BufWriter::new(File::create(file)?))
}
