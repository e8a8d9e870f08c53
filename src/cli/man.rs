//! `karat man`.

use super::{Cli, Report};
use crate::error::{Error, Result};
use clap::CommandFactory;

/// Prints the man page, in roff.
pub fn run() -> Result<Report> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
    rendered.map_err(|e| Error::internal(format!("the man page: {e}")))?;
    Ok(Report::raw(String::from_utf8_lossy(&page).into_owned()))
}
