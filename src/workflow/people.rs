//! Who acts: finding people, and their goals.

use super::frame;
use super::settings::{goal_name, route_name};
use crate::domain::{ActKind, Person, PersonId, Question, did_you_mean};
use crate::error::{Error, Result};
use crate::project::Project;
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
