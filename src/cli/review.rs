//! `karat review`.

use super::{Context, Report, Table};
use crate::domain::Deed;
use crate::error::Result;
use crate::workflow::review;
use serde_json::json;

/// Arguments of `karat review`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Send the items that match back to be answered once more, by anybody and blind. Without it, lists what was sent.
    #[arg(long = "where", value_name = "EXPR")]
    pub matching: Option<String>,
    /// Why; else the expression.
    #[arg(long, value_name = "TEXT", requires = "matching")]
    pub note: Option<String>,
    /// Count, and send nothing.
    #[arg(long, requires = "matching")]
    pub dry_run: bool,
}

/// Sends items back to the review lane, or lists what was sent.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let Some(expression) = &args.matching else { return list(&project, &question) };
    let by = if args.dry_run { None } else { Some(context.actor(&mut project, Deed::SendBack)?) };
    let sent = review::send(&mut project, by, &question, expression, args.note.as_deref())?;
    let names = sent.items.iter().map(|seq| project.item(*seq).map(|item| item.name())).collect::<Result<Vec<_>>>()?;
    let json = json!({
        "question": question.name, "where": expression, "matching": sent.items.len(), "sent": sent.new,
        "dry_run": args.dry_run, "items": names,
    });
    let (n, waiting) = (sent.new, sent.items.len() - sent.new);
    let verb = if args.dry_run { "would be sent" } else { "sent" };
    let already = if waiting > 0 { format!(", {waiting} wait already") } else { String::new() };
    Ok(Report::new(json).line(format!("{n} items {verb} back to be answered once more{already}")))
}

fn list(project: &crate::project::Project, question: &crate::domain::Question) -> Result<Report> {
    let people = project.people()?;
    let name = |id| people.iter().find(|p| p.id == id).and_then(|p| p.name.clone());
    let mut table = Table::new(["item", "cause", "by", "answered", "why"]);
    let mut rows = Vec::new();
    for (seq, review) in review::list(project, question)? {
        let item = project.item(seq)?.name();
        let (by, why) = (name(review.by), review.note.clone());
        let answered = if review.answered { "yes" } else { "no" };
        table.row([
            item.clone(),
            review.cause.to_string(),
            by.clone().unwrap_or_else(|| "?".into()),
            answered.into(),
            why.clone().unwrap_or_default(),
        ]);
        rows.push(json!({
            "item": item, "key": review.item.to_string(), "cause": review.cause.as_str(), "by": by, "at": review.at,
            "answered": review.answered, "note": why,
        }));
    }
    let none = rows.is_empty();
    let report = Report::new(json!({"question": question.name, "reviews": rows}));
    Ok(match none {
        true => report.line("nothing was sent back yet: karat review --where EXPR"),
        false => report.table(&table),
    })
}
