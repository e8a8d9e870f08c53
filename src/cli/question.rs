//! `karat question …`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Kind, Question, Scale};
use crate::error::Result;
use crate::exchange::{self, ReadOptions};
use crate::project::Project;
use crate::workflow::costs::{self, Costs};
use crate::workflow::questions;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `karat question`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the questions.
    List,
    /// Ask another question of the same items.
    Add {
        /// Its name.
        name: String,
        /// choice, choices, spans, rating, text or preference.
        #[arg(long, default_value = "choice")]
        kind: Kind,
        /// Its labels: a,b or n=negative,p=positive.
        #[arg(long, value_delimiter = ',', value_name = "LABELS")]
        labels: Vec<String>,
    },
    /// Say which ratings can be given; those that were given stay.
    Scale {
        /// The question of kind rating.
        name: String,
        /// From the lowest to the highest, such as 1-5 or 0-10.
        #[arg(allow_hyphen_values = true)]
        scale: Scale,
    },
    /// Say what mistakes cost: runs decide by it, and the metric cost weighs by it. Without pairs, show what holds.
    Costs {
        /// 'TRUE->SAID=COST': 'spam->ham=5' says that calling spam ham costs 5. Mistakes that nobody names cost 1, being
        /// right costs nothing.
        #[arg(value_name = "PAIR")]
        pairs: Vec<String>,
        /// Take them from a file instead: columns true, said and cost; or a matrix, its first column the true label.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Forget those that hold: every mistake costs the same.
        #[arg(long)]
        clear: bool,
    },
    /// Give a question another name.
    Rename {
        /// The name now.
        name: String,
        /// The new name.
        new: String,
    },
}

/// Lists or changes the questions of the project.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    match args.action {
        None | Some(Action::List) => {}
        Some(Action::Add { name, kind, labels }) => {
            let by = context.actor(&mut project, Deed::Questions)?;
            questions::add(&mut project, by, &name, kind, &labels)?;
        }
        Some(Action::Scale { name, scale }) => {
            let by = context.actor(&mut project, Deed::Questions)?;
            questions::set_scale(&mut project, by, &name, scale)?;
        }
        Some(Action::Costs { pairs, from, clear }) => return costs(&mut project, &pairs, from, clear, context),
        Some(Action::Rename { name, new }) => {
            let by = context.actor(&mut project, Deed::Questions)?;
            questions::rename(&mut project, by, &name, &new)?;
        }
    }
    let mut table = Table::new(["question", "kind", "labels or scale", "guidelines"]);
    let mut rows = Vec::new();
    for question in project.questions()? {
        let labels: Vec<&str> = question.live_labels().map(|label| label.name.as_str()).collect();
        let scale = (question.kind == Kind::Rating).then(|| question.scale.to_string());
        let revision = question.guidelines_revision();
        let guidelines = if revision == 0 { "none".to_owned() } else { format!("v{revision}") };
        let given = scale.clone().unwrap_or_else(|| labels.join(", "));
        table.row([question.name.clone(), question.kind.to_string(), given, guidelines]);
        rows.push(json!({
            "id": question.id.to_string(), "name": question.name, "kind": question.kind.as_str(), "labels": labels,
            "scale": scale, "guidelines": revision,
        }));
    }
    Ok(Report::new(json!({"questions": rows})).table(&table))
}

/// Shows or changes what mistakes cost.
fn costs(
    project: &mut Project,
    pairs: &[String],
    from: Option<PathBuf>,
    clear: bool,
    context: &Context,
) -> Result<Report> {
    let question = context.question(project)?;
    if !pairs.is_empty() || from.is_some() || clear {
        let by = context.actor(project, Deed::Questions)?;
        let before = if clear { None } else { Costs::of(project, &question)? }.unwrap_or_default();
        let before = match from {
            Some(file) => Costs::read(&question, &exchange::read(&file, ReadOptions::default(), &mut |_| Ok(()))?)?,
            None => before,
        };
        before.with(&question, pairs)?.set(project, by, &question)?;
    }
    shown(project, &question)
}

fn shown(project: &Project, question: &Question) -> Result<Report> {
    let matrix = costs::now(project, question)?;
    let labels: Vec<&str> = question.live_labels().map(|label| label.name.as_str()).collect();
    let threshold = matrix.as_ref().and_then(|matrix| matrix.threshold());
    let json = json!({"question": question.name, "labels": labels, "costs": matrix, "threshold": threshold});
    let report = Report::new(json);
    let Some(matrix) = matrix else { return Ok(report.line("every mistake costs the same")) };
    let mut table = Table::new([&["is \\ said"][..], &labels].concat());
    for (label, costs) in labels.iter().zip(matrix.rows()) {
        table.row([(*label).to_owned()].into_iter().chain(costs.into_iter().map(|cost| cost.to_string())));
    }
    let report = report.table(&table);
    Ok(match (threshold, labels.last()) {
        (Some(from), Some(label)) => report.line(format!("runs trained from now on say {label} from p {from:.3} on")),
        _ => report.line("runs trained from now on say what costs least on average"),
    })
}
