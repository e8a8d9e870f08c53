//! `karat guidelines show|todo|edit`.

use super::{Context, Report, Table, shortened};
use crate::clock::local_time;
use crate::domain::{Deed, Question};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::workflow::{questions, todo};
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
    /// List what the guidelines do not settle, as somebody said by a mark on a ruling or by skipping: to be answered by the
    /// next revision.
    Todo {
        /// Also what was said of earlier revisions, with the revision that came after.
        #[arg(long)]
        all: bool,
    },
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
    if let Some(Action::Todo { all }) = args.action {
        return todos(&project, &question, all, context);
    }
    if let Some(Action::Edit { from }) = args.action {
        let by = context.actor(&mut project, Deed::Guidelines)?;
        let old = question.guidelines.as_ref().map_or("", |g| g.text.as_str());
        let new = match from {
            Some(file) if file == Path::new("-") => read_stdin()?,
            Some(file) => std::fs::read_to_string(&file).map_err(|e| Error::file(&file, &e))?,
            None => {
                remind(&project, &question, context)?;
                edit(old)?
            }
        };
        let waited = todo::waiting(&project, &question, context.actor_if_known(&project)?)?;
        if !questions::revise_guidelines(&mut project, by, &question, &new)? {
            context.note("the guidelines are as they were");
        } else if waited > 0 {
            context.note(format!("waited for this revision: {waited} (karat guidelines todo --all lists them)"));
        }
        question = context.question(&project)?;
    }
    let waiting = todo::waiting(&project, &question, context.actor_if_known(&project)?)?;
    let Some(guidelines) = &question.guidelines else {
        let json = json!({"question": question.name, "revision": 0, "text": null, "todos": waiting});
        return Ok(Report::new(json).line("no guidelines yet: `karat guidelines edit` writes them"));
    };
    let json = json!({
        "question": question.name, "revision": guidelines.revision, "text": guidelines.text, "by": guidelines.by,
        "at": guidelines.at, "todos": waiting,
    });
    let head = format!("{} v{} ({}, {})", question.name, guidelines.revision, guidelines.by, local_time(guidelines.at));
    Ok(Report::new(json).line(head).line("").line(guidelines.text.trim_end()))
}

/// Before the editor opens, beside the text and never in it: what waits for an answer.
fn remind(project: &Project, question: &Question, context: &Context) -> Result<()> {
    const ROWS: usize = 20;
    let todos = todo::list(project, question, context.actor_if_known(project)?, false)?;
    if todos.is_empty() {
        return Ok(());
    }
    context.note(format!("waiting for this revision: {}", todos.len()));
    for todo in todos.iter().take(ROWS) {
        let (text, told) = (shortened(&todo.text, 60), shortened(&todo.told(question), 80));
        context.note(format!("  {}  \"{text}\"  {told}", todo.id));
    }
    if todos.len() > ROWS {
        context.note(format!("  … and {} more: karat guidelines todo", todos.len() - ROWS));
    }
    Ok(())
}

fn todos(project: &Project, question: &Question, all: bool, context: &Context) -> Result<Report> {
    let todos = todo::list(project, question, context.actor_if_known(project)?, all)?;
    let open = todos.iter().filter(|todo| todo.answered_by.is_none()).count();
    let json = json!({
        "question": question.name, "revision": question.guidelines_revision(), "open": open,
        "todos": todos.iter().map(|todo| todo.to_json(question)).collect::<Vec<_>>(),
    });
    let report = Report::new(json);
    if todos.is_empty() {
        return Ok(report.line("nothing waits for the next revision of the guidelines"));
    }
    let mut table = Table::new(["item", "under", "said so, and the answers", "text"]);
    for todo in &todos {
        let under = match todo.answered_by {
            None if todo.revision == 0 => "no guidelines".to_owned(),
            None => format!("v{}", todo.revision),
            Some(later) => format!("v{}, v{later} came after", todo.revision),
        };
        table.row([todo.id.clone(), under, shortened(&todo.told(question), 60), shortened(&todo.text, 60)]);
    }
    Ok(report.table(&table).line(format!("waiting for the next revision: {open} (karat guidelines edit)")))
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
