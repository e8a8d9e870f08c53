//! `karat question …`.

use super::{Context, Report, Table};
use crate::domain::Kind;
use crate::error::Result;
use crate::workflow::questions;
use serde_json::json;

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
            let by = context.actor(&mut project)?;
            questions::add(&mut project, by, &name, kind, &labels)?;
        }
        Some(Action::Rename { name, new }) => {
            let by = context.actor(&mut project)?;
            questions::rename(&mut project, by, &name, &new)?;
        }
    }
    let mut table = Table::new(["question", "kind", "labels", "guidelines"]);
    let mut rows = Vec::new();
    for question in project.questions()? {
        let labels: Vec<&str> = question.live_labels().map(|label| label.name.as_str()).collect();
        let revision = question.guidelines_revision();
        let guidelines = if revision == 0 { "none".to_owned() } else { format!("v{revision}") };
        table.row([question.name.clone(), question.kind.to_string(), labels.join(", "), guidelines]);
        rows.push(json!({
            "id": question.id.to_string(), "name": question.name, "kind": question.kind.as_str(), "labels": labels,
            "guidelines": revision,
        }));
    }
    Ok(Report::new(json!({"questions": rows})).table(&table))
}
