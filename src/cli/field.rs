//! `karat field …`.

use super::{Context, Report, Table};
use crate::domain::{ActKind, Deed};
use crate::error::{Error, Result};
use serde_json::json;

/// Arguments of `karat field`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the fields with their flags.
    List,
    /// Say who may use a field.
    Set {
        /// Its name.
        name: String,
        /// Whether annotators see it.
        #[arg(long, value_name = "true|false")]
        show: Option<bool>,
        /// Whether models learn from it.
        #[arg(long, value_name = "true|false")]
        feature: Option<bool>,
        /// Whether predicates may use it.
        #[arg(long, value_name = "true|false")]
        slice: Option<bool>,
    },
}

/// Lists the fields of the project, or changes who may use one.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    if let Some(Action::Set { name, show, feature, slice }) = args.action {
        if show.or(feature).or(slice).is_none() {
            return Err(Error::usage("nothing was said about the field")
                .hint("say for example `karat field set product --show true`"));
        }
        let by = context.actor(&mut project, Deed::Fields)?;
        let now = project.fields()?.into_iter().find(|field| field.name == name);
        let flag =
            |said: Option<bool>, is: fn(&crate::domain::Field) -> bool| said.or(now.as_ref().map(is)).unwrap_or(false);
        let (show, feature, slice) = (flag(show, |f| f.show), flag(feature, |f| f.feature), flag(slice, |f| f.slice));
        project.write(by, ActKind::Field, |w| w.set_field_flags(&name, show, feature, slice))?;
    }
    let mut table = Table::new(["field", "type", "shown", "learned from", "in predicates"]);
    let mut rows = Vec::new();
    for field in project.fields()? {
        let [show, feature, slice] =
            [field.show, field.feature, field.slice].map(|on| if on { "yes" } else { "" }.into());
        table.row([field.name.clone(), field.kind.to_string(), show, feature, slice]);
        rows.push(json!({
            "name": field.name, "type": field.kind.as_str(), "show": field.show, "feature": field.feature,
            "slice": field.slice,
        }));
    }
    Ok(Report::new(json!({"fields": rows})).table(&table))
}
