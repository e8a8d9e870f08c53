//! `karat settings get|set`.

use super::{Context, Report, Table};
use crate::domain::Deed;
use crate::error::Result;
use crate::workflow::settings::{self, SETTINGS, Setting};
use serde_json::{Map, Value as Json, json};

/// Arguments of `karat settings`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show all settings, or one.
    Get {
        /// The setting.
        name: Option<String>,
    },
    /// Change a setting.
    Set {
        /// The setting.
        name: String,
        /// Its new value.
        value: String,
    },
}

/// Shows or changes what the project has decided about itself.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let wanted = match args.action {
        None | Some(Action::Get { name: None }) => SETTINGS.iter().collect(),
        Some(Action::Get { name: Some(name) }) => vec![Setting::named(&name)?],
        Some(Action::Set { name, value }) => {
            let setting = Setting::named(&name)?;
            let by = context.actor(&mut project, Deed::Settings)?;
            settings::set(&mut project, by, setting, &value)?;
            vec![setting]
        }
    };
    let settings = settings::of(&project)?;
    let mut json = Map::new();
    let mut table = Table::new(["setting", "value", "", "meaning"]);
    for setting in wanted {
        let (value, set) = settings.get(setting);
        let value = setting.shown(&project, &value)?;
        let names = |names: &Vec<Json>| names.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(",");
        let shown = value.as_array().map(names).or_else(|| value.as_str().map(str::to_owned));
        let shown = shown.unwrap_or_else(|| value.to_string());
        let origin = if set { "" } else { "default" };
        table.row([setting.name.into(), shown, origin.into(), setting.meaning.into()]);
        json.insert(setting.name.into(), json!({"value": value, "default": !set, "meaning": setting.meaning}));
    }
    Ok(Report::new(Json::Object(json)).table(&table))
}
