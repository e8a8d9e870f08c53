//! `karat people …`.

use super::{Context, Report, Table};
use crate::domain::{ActKind, FEW, PersonId, PersonKind, Role};
use crate::error::Result;
use crate::workflow::{board, people, settings};
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
    /// How much everybody answers, how fast and how well, as far as you may see it (settings people.performance).
    Board,
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
    /// Ask somebody only about the items that match; without --where about all again.
    Route {
        /// The name.
        name: String,
        /// Which items.
        #[arg(long = "where", value_name = "EXPR")]
        matching: Option<String>,
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
    if matches!(args.action, Some(Action::Board)) {
        return board(&project, context);
    }
    let actor = match args.action {
        None | Some(Action::List | Action::Board) => None,
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
        (Some(Action::Route { name, matching }), Some(actor)) => {
            let question = context.question(&project)?;
            let person = people::named(&project, &name)?;
            let n = people::route(&mut project, actor, &question, person.id, matching.as_deref())?;
            context.note(format!("{name} is asked about {n} items"));
        }
        (Some(Action::Goal { answers }), Some(actor)) => people::set_goal(&mut project, actor, answers)?,
        _ => {}
    }
    list(&project)
}

fn board(project: &crate::project::Project, context: &Context) -> Result<Report> {
    let question = context.question(project)?;
    let rows = board::of(project, &question, context.actor_if_known(project)?)?;
    let heads = ["who", "answers", "skipped", "s/answer", "κ with the rest", "gold", "weeks"];
    let mut table = Table::new(heads).right(&[1, 2, 3]);
    let mut warnings = Vec::new();
    for row in &rows {
        let (answers, skips) = (row.answers.to_string(), row.skips.to_string());
        let Some(well) = &row.well else {
            table.row([
                row.who.name.clone(),
                answers,
                skips,
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
            continue;
        };
        let pace = well.pace.map_or_else(|| "–".into(), |(ms, _)| format!("{:.1}", ms as f64 / 1000.0));
        let kappa = well.agreement.as_ref().map_or_else(
            || "–".to_owned(),
            |a| match (&a.kappa, a.units) {
                (_, n) if n < FEW => format!("no estimate (n={n})"),
                (Ok(k), _) => {
                    let interval = k.ci95.map_or_else(String::new, |(low, high)| format!(" [{low:.2}, {high:.2}]"));
                    format!("{:.2}{interval}", k.value)
                }
                (Err(why), _) => format!("– {why}"),
            },
        );
        let gold = well.gold.map_or_else(
            || "–".into(),
            |e| match e.n {
                n if n < FEW => format!("no estimate (n={n})"),
                n => format!("{:.2} [{:.2}, {:.2}] (n={n})", e.value, e.low, e.high),
            },
        );
        let weeks = well.weeks.iter().rev().take(4).rev().map(|w| match w.observed {
            Some((share, n)) if n >= FEW => format!("{} ({share:.2})", w.answers),
            _ => w.answers.to_string(),
        });
        table.row([row.who.name.clone(), answers, skips, pace, kappa, gold, weeks.collect::<Vec<_>>().join(" ")]);
        warnings.extend(well.warnings.iter().map(|warning| format!("{}: {warning}", row.who.name)));
    }
    let json = json!({"question": question.name, "people": rows.iter().map(board::Row::to_json).collect::<Vec<_>>()});
    Ok(warnings.into_iter().fold(Report::new(json).table(&table), |report, warning| report.line(warning)))
}

fn list(project: &crate::project::Project) -> Result<Report> {
    let settings = settings::of(project)?;
    let answers: HashMap<PersonId, u32> = project.answers_by_person()?.into_iter().collect();
    let mut table = Table::new(["name", "role", "kind", "answers", "goal", "asked about"]).right(&[3, 4]);
    let mut rows = Vec::new();
    for person in project.people()? {
        let count = answers.get(&person.id).copied().unwrap_or(0);
        let goal = settings.goal(person.id);
        let name = person.name.clone().unwrap_or_else(|| "(erased)".to_owned());
        let route = settings.route(person.id);
        let shown = goal.map_or_else(String::new, |g| g.to_string());
        table.row([
            name,
            person.role.to_string(),
            person.kind.to_string(),
            count.to_string(),
            shown,
            route.unwrap_or_default().to_owned(),
        ]);
        rows.push(json!({
            "id": person.id.to_string(), "name": person.name, "role": person.role.as_str(),
            "kind": person.kind.as_str(), "answers": count, "goal": goal,
            "route": route,
        }));
    }
    Ok(Report::new(json!({"people": rows})).table(&table))
}
