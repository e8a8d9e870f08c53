//! `karat question …`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Kind, Scale};
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
    /// Say which ratings can be given; those that were given stay.
    Scale {
        /// The question of kind rating.
        name: String,
        /// From the lowest to the highest, such as 1-5 or 0-10.
        #[arg(allow_hyphen_values = true)]
        scale: Scale,
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
