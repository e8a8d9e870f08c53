//! `karat copy DEST`.

use super::{Context, Report};
use crate::error::Result;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat copy`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the copy goes; it must not be there yet.
    pub dest: PathBuf,
}

/// Makes a safe copy of a file that may be in use.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    project.copy(&args.dest)?;
    let bytes = std::fs::metadata(&args.dest).map_or(0, |meta| meta.len());
    let json = json!({"project": project.path().display().to_string(), "copy": args.dest.display().to_string(), "bytes": bytes});
    Ok(Report::new(json).line(format!("copied to {}", args.dest.display())))
}
