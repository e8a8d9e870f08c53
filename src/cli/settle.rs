//! `karat settle ITEM VALUE`.

use super::{Context, Report};
use crate::error::Result;
use crate::workflow::settle;
use serde_json::json;

/// Arguments of `karat settle`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your own id of the item, or a unique beginning of its key.
    pub item: String,
    /// The value that holds from now on.
    #[arg(allow_hyphen_values = true)]
    pub value: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Mark that the guidelines do not settle the matter.
    #[arg(long)]
    pub unclear: bool,
}

/// Settles one item by a person's ruling.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let value = question.parse_value(&args.value)?;
    let item = project.find_item(&args.item)?;
    let by = context.actor(&mut project)?;
    settle::adjudicate(&mut project, by, &question, item, &value, args.note.as_deref(), args.unclear)?;
    let (name, spelled) = (project.item(item)?.name(), question.spell(&value));
    let ruling = json!({"item": name, "value": spelled, "confidence": null, "note": args.note});
    let json = json!({
        "question": question.name, "method": "adjudicated", "by": context.who(), "rulings": [ruling], "annotators": [],
        "iterations": null, "log_likelihood": null,
    });
    Ok(Report::new(json).line(format!("settled: {name} is {spelled}")))
}
