//! `karat guidelines show|edit`.

use super::{Context, Report};
use crate::clock::local_time;
use crate::domain::Deed;
use crate::error::{Error, Result};
use crate::workflow::questions;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Arguments of `karat guidelines`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Print the newest guidelines.
    Show,
    /// Write a new revision: from a file, from stdin (-), or in $VISUAL or $EDITOR.
    Edit {
        /// The file to take; without one an editor opens.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
}

/// Shows or revises the guidelines of a question.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let mut question = context.question(&project)?;
    if let Some(Action::Edit { from }) = args.action {
        let by = context.actor(&mut project, Deed::Guidelines)?;
        let old = question.guidelines.as_ref().map_or("", |g| g.text.as_str());
        let new = match from {
            Some(file) if file == Path::new("-") => read_stdin()?,
            Some(file) => std::fs::read_to_string(&file).map_err(|e| Error::file(&file, &e))?,
            None => edit(old)?,
        };
        if !questions::revise_guidelines(&mut project, by, &question, &new)? {
            context.note("the guidelines are as they were");
        }
        question = context.question(&project)?;
    }
    let Some(guidelines) = &question.guidelines else {
        let json = json!({"question": question.name, "revision": 0, "text": null});
        return Ok(Report::new(json).line("no guidelines yet: `karat guidelines edit` writes them"));
    };
    let json = json!({
        "question": question.name, "revision": guidelines.revision, "text": guidelines.text, "by": guidelines.by,
        "at": guidelines.at,
    });
    let head = format!("{} v{} ({}, {})", question.name, guidelines.revision, guidelines.by, local_time(guidelines.at));
    Ok(Report::new(json).line(head).line("").line(guidelines.text.trim_end()))
}

fn read_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| Error::io(format!("standard input: {e}")))?;
    Ok(text)
}

/// Opens the text in the user's editor and gives what was saved.
fn edit(text: &str) -> Result<String> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|e| !e.trim().is_empty()));
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    let file = std::env::temp_dir().join(format!("karat-guidelines-{}.md", std::process::id()));
    std::fs::write(&file, text).map_err(|e| Error::file(&file, &e))?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let ended = Command::new(program).args(words).arg(&file).status();
    let saved = std::fs::read_to_string(&file).map_err(|e| Error::file(&file, &e));
    if let Err(e) = std::fs::remove_file(&file) {
        tracing::debug!("the draft stays: {e}");
    }
    match ended {
        Ok(status) if status.success() => saved,
        Ok(status) => Err(Error::io(format!("{editor} ended with {status}")).hint("nothing was changed")),
        Err(e) => Err(Error::io(format!("{editor}: {e}")).hint("set $EDITOR, or use --from FILE")),
    }
}
