//! `karat people …`.

use super::{Context, Report, Table};
use crate::domain::{ActKind, PersonId, PersonKind, Role};
use crate::error::Result;
use crate::workflow::{people, settings};
use serde_json::json;
use std::collections::HashMap;

/// Arguments of `karat people`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List them with their answers.
    List,
    /// Add somebody.
    Add {
        /// The name.
        name: String,
        /// annotator, reviewer or lead.
        #[arg(long, default_value = "annotator")]
        role: Role,
    },
    /// Give somebody another name; nothing they said changes.
    Rename {
        /// The name now.
        name: String,
        /// The new name.
        new: String,
    },
    /// Change what somebody may do.
    Role {
        /// The name.
        name: String,
        /// annotator, reviewer or lead.
        role: Role,
    },
    /// Set how many answers a day you mean to give; 0 for no goal.
    Goal {
        /// Answers a day.
        answers: u32,
    },
}

/// Lists or changes the people of the project.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let actor = match args.action {
        None | Some(Action::List) => None,
        _ => Some(context.actor(&mut project)?),
    };
    match (args.action, actor) {
        (Some(Action::Add { name, role }), Some(actor)) => {
            project.write(actor, ActKind::Person, |w| w.add_person(&name, role, PersonKind::Person))?;
        }
        (Some(Action::Rename { name, new }), Some(actor)) => {
            let person = people::named(&project, &name)?;
            project.write(actor, ActKind::Person, |w| w.rename_person(person.id, &new))?;
        }
        (Some(Action::Role { name, role }), Some(actor)) => {
            let person = people::named(&project, &name)?;
            project.write(actor, ActKind::Person, |w| w.set_role(person.id, role))?;
        }
        (Some(Action::Goal { answers }), Some(actor)) => people::set_goal(&mut project, actor, answers)?,
        _ => {}
    }
    list(&project)
}

fn list(project: &crate::project::Project) -> Result<Report> {
    let settings = settings::of(project)?;
    let answers: HashMap<PersonId, u32> = project.answers_by_person()?.into_iter().collect();
    let mut table = Table::new(["name", "role", "kind", "answers", "goal"]).right(&[3, 4]);
    let mut rows = Vec::new();
    for person in project.people()? {
        let count = answers.get(&person.id).copied().unwrap_or(0);
        let goal = settings.goal(person.id);
        let name = person.name.clone().unwrap_or_else(|| "(erased)".to_owned());
        let shown = goal.map_or_else(String::new, |g| g.to_string());
        table.row([name, person.role.to_string(), person.kind.to_string(), count.to_string(), shown]);
        rows.push(json!({
            "id": person.id.to_string(), "name": person.name, "role": person.role.as_str(),
            "kind": person.kind.as_str(), "answers": count, "goal": goal,
        }));
    }
    Ok(Report::new(json!({"people": rows})).table(&table))
}
