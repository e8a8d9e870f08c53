//! Who acts: finding people, their roles and goals, leaving and returning.

use super::settings::{goal_name, route_name};
use super::{frame, rights};
use crate::domain::{ActKind, Person, PersonId, Presence, Question, Role, did_you_mean};
use crate::error::{Error, Result};
use crate::project::{Holding, Project};
use serde_json::{Value as Json, json};

/// Finds a person by name.
///
/// # Errors
/// Where nobody is called that, with the nearest name.
pub fn named(project: &Project, name: &str) -> Result<Person> {
    among(&project.people()?, name).cloned()
}

/// Finds a person by name among these.
///
/// # Errors
/// Where nobody is called that, with the nearest name.
pub(super) fn among<'a>(people: &'a [Person], name: &str) -> Result<&'a Person> {
    let names = people.iter().filter_map(|person| person.name.as_deref());
    let unknown = Error::usage(format!("nobody in this project is called {name:?}")).hint(did_you_mean(name, names));
    people.iter().find(|person| person.name.as_deref() == Some(name)).ok_or(unknown)
}

/// Asks somebody only about the items that match an expression; none asks about all again. What they answered stays.
/// The number of matching items comes back.
///
/// # Errors
/// Where the expression is wrong: the message points at the place.
pub fn route(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    person: PersonId,
    expression: Option<&str>,
) -> Result<usize> {
    let matching = match expression {
        Some(expression) => frame::matching(project, question, expression)?.len(),
        None => project.item_count()? as usize,
    };
    let value = expression.map_or(Json::Null, Json::from);
    project.write(by, ActKind::Setting, |w| w.set_setting(&route_name(person), &value))?;
    Ok(matching)
}

/// Sets how many answers a day somebody means to give; 0 for no goal of their own.
pub fn set_goal(project: &mut Project, person: PersonId, goal: u32) -> Result<()> {
    project.write(person, ActKind::Setting, |w| w.set_setting(&goal_name(person), &json!(goal)))?;
    Ok(())
}

/// What somebody's leaving does, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired {
    /// Whether their answers count on.
    pub state: Presence,
    /// Their answers that hold now, skips left out, over all questions.
    pub answers: u32,
    /// Where these count no more: items that they answered and that are settled by what a method made of all answers.
    /// That stays until it is settled anew, or taken back.
    pub aggregated: u32,
    /// What they had before them, which others can take now.
    pub freed: Holding,
}

/// Lets somebody leave, as one act: what they have before them is given back, they are asked nothing more, and their
/// answers are kept or count nowhere any more. By nobody, nothing is written: a trial.
///
/// # Errors
/// Where no reason is given, they have left already, or they are the last lead.
pub fn retire(
    project: &mut Project,
    by: Option<PersonId>,
    name: &str,
    reason: &str,
    state: Presence,
) -> Result<Retired> {
    let (person, reason) = (named(project, name)?, reason.trim());
    if reason.is_empty() {
        return Err(Error::usage("why do they leave?").hint("say it with --reason TEXT; it stays in the log"));
    }
    if person.presence == state {
        return Err(Error::conflict(format!("{name} has left already")).hint(format!("karat people return {name}")));
    }
    refuse_last_lead(project, &person, "retired")?;
    let kept = project.answers_by_person()?.into_iter().find(|(id, _)| *id == person.id);
    let aggregated = match state {
        Presence::Excluded => project.aggregated_from(person.id)?,
        Presence::Here | Presence::Left => 0,
    };
    let answers = kept.map_or(0, |(_, n)| n);
    let retired = Retired { state, answers, aggregated, freed: project.holding(person.id)? };
    if let Some(by) = by {
        project.write(by, ActKind::Person, |w| w.set_presence(person.id, state, Some(reason)))?;
    }
    Ok(retired)
}

/// Lets somebody take part again; all that they answered counts.
///
/// # Errors
/// Where they never left.
pub fn take_back(project: &mut Project, by: PersonId, name: &str) -> Result<()> {
    let person = named(project, name)?;
    if person.presence == Presence::Here {
        return Err(Error::conflict(format!("{name} is here and never left")));
    }
    project.write(by, ActKind::Person, |w| w.set_presence(person.id, Presence::Here, None))?;
    Ok(())
}

/// Gives somebody a role.
///
/// # Errors
/// Where nobody would be lead any more.
pub fn set_role(project: &mut Project, by: PersonId, name: &str, role: Role) -> Result<()> {
    let person = named(project, name)?;
    if role != Role::Lead {
        refuse_last_lead(project, &person, "given another role")?;
    }
    project.write(by, ActKind::Person, |w| w.set_role(person.id, role))?;
    Ok(())
}

fn refuse_last_lead(project: &Project, person: &Person, what: &str) -> Result<()> {
    let people = project.people()?;
    let is_lead = person.role == Role::Lead && person.can_act();
    if !is_lead || rights::has_lead_beside(&people, Some(person.id)) {
        return Ok(());
    }
    let name = person.name.as_deref().unwrap_or_default();
    Err(Error::conflict(format!("{name} is the only lead here and cannot be {what}"))
        .hint("make somebody else lead first: karat people role NAME lead"))
}
