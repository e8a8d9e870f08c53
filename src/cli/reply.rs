//! `karat reply`.

use super::{Context, Report};
use crate::domain::Deed;
use crate::error::Result;
use crate::workflow::inbox;
use serde_json::json;

/// Arguments of `karat reply`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your own id of the item, or a unique beginning of its key.
    pub item: String,
    /// What you say.
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// Whose note you mean, where several wrote one.
    #[arg(long, value_name = "NAME")]
    pub to: Option<String>,
}

/// Replies to a note; its author finds it in their inbox.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let item = project.find_item(&args.item)?;
    let by = context.actor(&mut project, Deed::Reply)?;
    let (id, to) = inbox::reply(&mut project, by, &question, item, &args.text, args.to.as_deref())?;
    let (name, to) = (project.item(item)?.name(), project.name_of(to)?);
    let json = json!({
        "id": id.to_string(), "question": question.name, "item": name, "to": to, "by": context.who(), "text": args.text,
    });
    Ok(Report::new(json).line(format!("{to} will find it in the inbox, at {name}")))
}
