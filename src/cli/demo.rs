//! `karat demo`.

use super::{Context, Done, Report, ask};
use crate::error::{Error, Result};
use crate::workflow::demo;
use crate::workflow::labelling::Seat;
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Arguments of `karat demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to unpack into; else Karat's data folder.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Unpacks the sample project, unless it is there and may be opened again, and opens it on the screen.
pub fn run(args: Args, context: &Context) -> Result<Done> {
    let folder = match args.dir {
        Some(dir) => dir,
        None => context.paths()?.data.join("demo"),
    };
    std::fs::create_dir_all(&folder).map_err(|e| Error::file(&folder, &e))?;
    let path = folder.join("reviews.karat");
    let made = !path.exists();
    if made {
        demo::unpack(&path, context.place(), &context.who())?;
    } else {
        reopen(&path)?;
    }
    if context.global.json || !std::io::stdout().is_terminal() {
        let shown = path.display().to_string();
        let report = Report::new(json!({"project": shown, "created": made}));
        return Ok(Done::Report(report.line(format!("{shown}: open it with `karat {shown}`"))));
    }
    let welcome = "1, 2 or 3 answers, S skips, U takes it back, ? shows the keys, Ctrl-Q leaves".to_owned();
    Ok(Done::Sit(Seat { welcome: Some(welcome), ..context.seat(path)? }))
}

fn reopen(path: &std::path::Path) -> Result<()> {
    let there = Error::conflict(format!("{} is there already", path.display()));
    if !ask::is_possible() {
        return Err(there.hint(format!("open it with `karat {}`, or unpack elsewhere with --dir DIR", path.display())));
    }
    match ask::yes(&format!("{} is there already. Go on with it?", path.display()))? {
        true => Ok(()),
        false => Err(there.hint("it was left as it is; --dir DIR unpacks elsewhere")),
    }
}
