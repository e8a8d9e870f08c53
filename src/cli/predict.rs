//! `karat predict`.

use super::{Context, Report};
use crate::error::{Error, Result};
use crate::exchange::{Destination, Format};
use crate::workflow::runs;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat predict`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file whose rows are labelled, of any size; - is standard input.
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// The file to write; - is standard output.
    #[arg(long, short, value_name = "DEST", default_value = "-")]
    pub output: PathBuf,
    /// The run: its number or name; else the champion, else the newest.
    #[arg(long, value_name = "R")]
    pub run: Option<String>,
    /// The column of texts.
    #[arg(long, value_name = "COL", default_value = "text")]
    pub text: String,
    /// The folder of the sentence encoder, where the run looks at embeddings.
    #[arg(long, value_name = "FOLDER")]
    pub encoder: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
    /// The format of the output, where the ending should not decide.
    #[arg(long, value_name = "FORMAT", value_parser = super::import::format)]
    pub format: Option<Format>,
}

/// Labels the rows of a file.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let question = context.question(&project)?;
    let run = runs::meant(&project, &question, args.run.as_deref())?;
    let kept = runs::kept(&project, &run)?.with_encoder(context.encoder(args.encoder.as_deref()))?;
    let control = context.control();
    let to = Destination::new(&args.output);
    match &to {
        Destination::Stdout if context.global.json => {
            return Err(Error::usage("--json tells about the file that was written, and none is named")
                .hint("name one with -o FILE, or write rows of JSON with --format jsonl"));
        }
        Destination::File(path) if path.is_file() && !args.force => {
            return Err(Error::conflict(format!("{} is there already", path.display()))
                .hint("--force writes over it; or give another name"));
        }
        _ => {}
    }
    let format = match (args.format, &to) {
        (Some(format), _) => format,
        (None, Destination::Stdout) => Format::Csv,
        (None, Destination::File(path)) => Format::of_path(path).ok_or_else(|| {
            Error::usage(format!("{} does not say its format", path.display()))
                .hint("end it in .csv, .tsv, .jsonl, .json or .parquet, or say --format")
        })?,
    };
    let done = runs::predict(&kept, &args.data, &args.text, &to, format, &control)?;
    if !done.missing.is_empty() {
        context.note(format!("the file has no {}: taken for missing", done.missing.join(", ")));
    }
    if !done.replaced.is_empty() {
        context.note(format!("the file has {} already: what the run says stands there now", done.replaced.join(", ")));
    }
    if to == Destination::Stdout {
        return Ok(Report::raw(String::new()));
    }
    let json = json!({"file": args.output, "run": run.number, "rows": done.rows, "missing": done.missing, "replaced": done.replaced});
    Ok(Report::new(json).line(format!("{}: {} rows labelled by run {}", args.output.display(), done.rows, run.number)))
}
