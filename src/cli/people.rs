//! `karat people …`.

use super::{Context, Report, Table};
use crate::domain::{ActKind, Deed, Person, PersonId, PersonKind, Presence, Question, Role, iso};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::workflow::qualification::{self, Admission};
use crate::workflow::{people, rights, settings};
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
    /// Show how far somebody has qualified, let them try again, or do without.
    Qualify {
        /// The name.
        name: String,
        /// What they answer from now on counts, and nothing before.
        #[arg(long, conflicts_with = "waive")]
        again: bool,
        /// They need not qualify.
        #[arg(long)]
        waive: bool,
    },
    /// Set how many answers a day you mean to give; 0 for no goal.
    Goal {
        /// Answers a day.
        answers: u32,
    },
    /// Let somebody leave: they are asked nothing more, and what they have before them is given to others. One undo
    /// takes it back.
    Retire {
        /// The name.
        name: String,
        /// Why; it stays in the log.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Let their answers count nowhere any more; they stay in the file.
        #[arg(long)]
        exclude_answers: bool,
        /// Count, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Let somebody who left take part again; all that they answered counts.
    Return {
        /// The name.
        name: String,
    },
}

impl Action {
    /// What its role has to allow: a goal is one's own, and where no lead is left anybody may become one.
    fn deed(&self, project: &crate::project::Project, who: &str) -> Result<Deed> {
        let becomes_lead = |name: &str, role: Role| name == who && role == Role::Lead;
        Ok(match self {
            Self::Goal { .. } => Deed::Answer,
            Self::Role { name, role } if becomes_lead(name, *role) => {
                let led = rights::has_lead_beside(&project.people()?, None);
                if led { Deed::People } else { Deed::Answer }
            }
            _ => Deed::People,
        })
    }
}

/// Lists or changes the people of the project.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    if matches!(args.action, Some(Action::Board)) {
        return super::board::run(&project, context);
    }
    let actor = match &args.action {
        None | Some(Action::List | Action::Board | Action::Qualify { again: false, waive: false, .. }) => None,
        Some(Action::Retire { dry_run: true, .. }) => None,
        Some(action) => {
            let deed = action.deed(&project, &context.who())?;
            Some(context.actor(&mut project, deed)?)
        }
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
            people::set_role(&mut project, actor, &name, role)?;
        }
        (Some(Action::Retire { name, reason, exclude_answers, dry_run }), actor) => {
            let state = if exclude_answers { Presence::Excluded } else { Presence::Left };
            let retired = people::retire(&mut project, actor, &name, &reason, state)?;
            return Ok(told(&name, &reason, &retired, dry_run));
        }
        (Some(Action::Return { name }), Some(actor)) => {
            people::take_back(&mut project, actor, &name)?;
            context.note(format!("{name} is back; all that they answered counts"));
        }
        (Some(Action::Route { name, matching }), Some(actor)) => {
            let question = context.question(&project)?;
            let person = people::named(&project, &name)?;
            let n = people::route(&mut project, actor, &question, person.id, matching.as_deref())?;
            context.note(format!("{name} is asked about {n} items"));
        }
        (Some(Action::Qualify { name, again, waive }), actor) => {
            let question = context.question(&project)?;
            let admission = match (again, waive) {
                (true, _) => Some(Admission::Again),
                (_, true) => Some(Admission::Waived),
                _ => None,
            };
            return qualify(&mut project, context, &question, &name, actor.zip(admission));
        }
        (Some(Action::Goal { answers }), Some(actor)) => people::set_goal(&mut project, actor, answers)?,
        _ => {}
    }
    list(&project, context)
}

fn told(name: &str, reason: &str, retired: &people::Retired, dry_run: bool) -> Report {
    let people::Retired { state, answers, aggregated, freed } = retired;
    let json = json!({
        "name": name, "state": state.as_str(), "reason": reason, "answers": answers, "aggregated": aggregated, "dry_run": dry_run,
        "freed": {"leases": freed.leases, "drafts": freed.drafts, "jobs": freed.jobs},
    });
    let (leaves, count) = match (dry_run, answers) {
        (true, _) => ("would leave", "would count"),
        (false, 1) => ("has left", "counts"),
        (false, _) => ("has left", "count"),
    };
    let noun = if *answers == 1 { "answer" } else { "answers" };
    let then = if *state == Presence::Excluded { "nowhere any more" } else { "on" };
    let mut report = Report::new(json).line(format!("{name} {leaves}; their {answers} {noun} {count} {then}"));
    if *aggregated > 0 {
        let items = match aggregated {
            1 => "1 item they answered stays".to_owned(),
            n => format!("{n} items they answered stay"),
        };
        report = report
            .line(format!("{items} settled by a method that counted them; settle what it says without them anew:"))
            .line("karat settle --method METHOD, and karat settle ITEM VALUE where it is not sure");
    }
    let back = [(freed.leases, "items"), (freed.drafts, "drafts"), (freed.jobs, "jobs")];
    let back: Vec<String> = back.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let report = match back.is_empty() {
        true => report,
        false => report.line(format!("given back: {}", back.join(", "))),
    };
    match dry_run {
        true => report,
        false => report.line(format!("karat undo takes it back; karat people return {name} lets them return")),
    }
}

/// How far somebody has qualified, after what was decided about it.
fn qualify(
    project: &mut Project,
    context: &Context,
    question: &Question,
    name: &str,
    decided: Option<(PersonId, Admission)>,
) -> Result<Report> {
    let person = people::named(project, name)?;
    let trial = |project: &Project| qualification::of(project, question, &settings::of(project)?, person.id);
    if trial(project)?.is_none() {
        let why = match person.role {
            Role::Annotator => format!("nobody has to qualify for {}", question.name),
            role => format!("{name} is a {role} and need not qualify"),
        };
        return Err(Error::usage(why).hint("annotators qualify where it is asked: settings set qualification.items N"));
    }
    if let Some((actor, admission)) = decided {
        qualification::admit(project, actor, question, person.id, admission)?;
    }
    let viewer = context.actor_if_known(project)?;
    let viewer = project.people()?.into_iter().find(|p| Some(p.id) == viewer);
    let seen = settings::of(project)?.performance().lets(viewer.as_ref(), person.id);
    let trial = trial(project)?;
    let told = trial.as_ref().map_or_else(String::new, |trial| trial.told(seen));
    let json = json!({
        "name": person.name, "question": question.name, "qualification": trial.map(|trial| trial.to_json(seen)),
    });
    Ok(Report::new(json).line(format!("{name}: {told}")))
}

fn list(project: &Project, context: &Context) -> Result<Report> {
    let settings = settings::of(project)?;
    // Where it is not said which question is meant, nothing is said about qualifying for one.
    let trials = match context.question(project) {
        Ok(question) => qualification::all(project, &question, &settings)?,
        Err(_) => HashMap::new(),
    };
    let viewer = context.actor_if_known(project)?;
    let viewer = project.people()?.into_iter().find(|p| Some(p.id) == viewer);
    let answers: HashMap<PersonId, u32> = project.answers_by_person()?.into_iter().collect();
    let mut heads = vec!["name", "role", "kind", "answers", "goal", "asked about", "state"];
    heads.extend((!trials.is_empty()).then_some("qualification"));
    let mut table = Table::new(heads).right(&[3, 4]);
    let mut rows = Vec::new();
    for person in project.people()? {
        let count = answers.get(&person.id).copied().unwrap_or(0);
        let goal = settings.goal(person.id);
        let name = person.name.clone().unwrap_or_else(|| "(erased)".to_owned());
        let route = settings.route(person.id);
        let shown = goal.map_or_else(String::new, |g| g.to_string());
        let seen = settings.performance().lets(viewer.as_ref(), person.id);
        let trial = trials.get(&person.id);
        let mut row = vec![
            name,
            person.role.to_string(),
            person.kind.to_string(),
            count.to_string(),
            shown,
            route.unwrap_or_default().to_owned(),
            state(project, &person)?,
        ];
        row.extend((!trials.is_empty()).then(|| trial.map_or_else(String::new, |trial| trial.told(seen))));
        table.row(row);
        rows.push(json!({
            "id": person.id.to_string(), "name": person.name, "role": person.role.as_str(),
            "kind": person.kind.as_str(), "answers": count, "goal": goal,
            "route": route, "qualification": trial.map(|trial| trial.to_json(seen)), "state": person.presence.as_str(),
            "left": project.leaving(person.id)?.map(|l| json!({"by": l.by, "at": iso(l.at), "reason": l.reason})),
        }));
    }
    Ok(Report::new(json!({"people": rows})).table(&table))
}

/// "left 2026-11-20: moved on"; nothing of whoever is here.
fn state(project: &crate::project::Project, person: &Person) -> Result<String> {
    let Some(left) = project.leaving(person.id)? else { return Ok(String::new()) };
    let day: String = iso(left.at).chars().take(10).collect();
    let counts = if left.state == Presence::Excluded { ", answers excluded" } else { "" };
    let reason = left.reason.map_or_else(String::new, |reason| format!(": {reason}"));
    Ok(format!("left {day}{counts}{reason}"))
}
