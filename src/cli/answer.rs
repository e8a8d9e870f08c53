//! `karat answer ITEM VALUE`, `karat answer ITEM --skip`.

use super::{Context, Report};
use crate::domain::{Deed, Said, SkipReason};
use crate::error::{Error, Result};
use crate::workflow::answer::{self, Spoken};
use serde_json::json;

/// Arguments of `karat answer`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your own id of the item, or a unique beginning of its key.
    pub item: String,
    /// The answer: a label; several with commas; START-END LABEL with semicolons; a number; a text; left, right, equal.
    #[arg(required_unless_present = "skip", allow_hyphen_values = true)]
    pub value: Option<String>,
    /// Skip it, perhaps with a reason: unclear-guideline, no-label-fits, broken-text, wrong-language, distressing.
    #[arg(long, value_name = "REASON", num_args = 0..=1, default_missing_value = "", conflicts_with = "value")]
    pub skip: Option<String>,
    /// Raise a flag for others to look at.
    #[arg(long)]
    pub flag: bool,
    /// A remark.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// Records one answer; says so once it is on disk.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let said = match (&args.value, args.skip.as_deref()) {
        (Some(value), _) => Said::Value(question.parse_value(value)?),
        (None, Some("")) => Said::Skipped(None),
        (None, Some(reason)) => Said::Skipped(Some(reason.parse::<SkipReason>()?)),
        (None, None) => return Err(Error::usage("an answer needs a VALUE or --skip")),
    };
    let person = context.actor(&mut project, Deed::Answer)?;
    let item = project.find_item(&args.item)?;
    let spoken = Spoken { item, said, flag: args.flag, note: args.note };
    let saved = answer::record(&mut project, person, &question, &spoken)?;
    let shown = project.item(item)?.name();
    let who = context.who();
    let json = json!({
        "question": question.name, "item": shown, "annotator": who,
        "answer": question.spell_json(&spoken.said), "skipped": matches!(spoken.said, Said::Skipped(_)),
        "flag": spoken.flag, "note": spoken.note, "id": saved.answer.to_string(),
    });
    Ok(Report::new(json).line(format!("saved: {shown} is {} ({who})", question.spell_said(&spoken.said))))
}
