//! Changes settings to what somebody typed, where that fits the project: its people, runs and labels.

use super::{Setting, Shape, of};
use crate::domain::{ActKind, Kind, Lane, PersonId, Question, did_you_mean};
use crate::error::{Error, Result};
use crate::project::{Project, Run};
use crate::queue::{LANES, Strategy};
use serde_json::{Value as Json, json};

/// Changes one setting to what somebody typed.
///
/// # Errors
/// Where the value is not of the setting's shape.
pub fn set(project: &mut Project, by: PersonId, setting: &Setting, typed: &str) -> Result<()> {
    let value = match setting.shape {
        Shape::Run => setting.parse(typed, &[]).or_else(|_| run_named(project, typed))?,
        _ => setting.parse(typed, &project.people()?)?,
    };
    if setting.shape == Shape::Strategy {
        check_sought(&typed.parse()?, &project.questions()?)?;
    }
    project.write(by, ActKind::Setting, |w| w.set_setting(setting.name, &value))?;
    Ok(())
}

/// The runs of every question.
pub(super) fn all_runs(project: &Project) -> Result<Vec<Run>> {
    let of = |question: &Question| project.runs(question.id);
    Ok(project.questions()?.iter().map(of).collect::<Result<Vec<_>>>()?.concat())
}

/// The id of the run of a number or name, of whichever question.
fn run_named(project: &Project, typed: &str) -> Result<Json> {
    let number = typed.parse::<u32>().ok();
    let is = |run: &Run| number.map_or(run.run.name == typed, |number| run.number == number);
    let mut found: Vec<Run> = all_runs(project)?.into_iter().filter(is).collect();
    let Some(run) = found.pop() else {
        return Err(Error::usage(format!("no run is called {typed:?}"))
            .hint("karat runs list shows them; champion, latest and none can be set, too"));
    };
    if !found.is_empty() {
        return Err(Error::usage(format!("{} runs are called {typed:?}", found.len() + 1))
            .hint("name it by the other, number or name"));
    }
    let of = project.questions()?.into_iter().find(|question| question.id == run.run.question);
    if of.is_none_or(|question| question.kind != Kind::Choice) {
        return Err(Error::usage(format!(
            "run {} is not of a question of kind choice: only those are ranked",
            run.number
        )));
    }
    let classes = run.run.record["labels"]["classes"].as_array().map_or(0, Vec::len);
    if project.predictions(run.id, classes)?.probabilities.is_empty() {
        return Err(Error::usage(format!("run {} gives no probabilities, which is what orders a queue", run.number)));
    }
    Ok(json!(run.id.to_string()))
}

/// Refuses to seek what is no label of any of these questions.
///
/// # Errors
/// Says which label was meant.
pub fn check_sought(strategy: &Strategy, questions: &[Question]) -> Result<()> {
    let Strategy::Seek(name) = strategy else { return Ok(()) };
    let labels: Vec<&str> = questions.iter().flat_map(Question::live_labels).map(|label| label.name.as_str()).collect();
    match labels.contains(&name.as_str()) {
        true => Ok(()),
        false => Err(Error::usage(format!("no label is called {name:?}")).hint(did_you_mean(name, labels))),
    }
}

/// Changes the shares of some lanes, in one act.
///
/// # Errors
/// Where a lane is unknown or has no share, a share is no percentage, or all of them are not 100 % together.
pub fn set_shares(project: &mut Project, by: PersonId, shares: &[(&str, &str)]) -> Result<()> {
    let mut settings = of(project)?;
    let mut changes = Vec::new();
    for (lane, typed) in shares {
        let lane: Lane = lane.trim().parse()?;
        let setting = Setting::named(&format!("lanes.{lane}")).map_err(|_| {
            Error::usage(format!("the lane {lane} has no share"))
                .hint("learn, random, overlap, gold, review and again have")
        })?;
        let value = setting.parse(typed.trim(), &[])?;
        settings.set.insert(setting.name.to_owned(), value.clone());
        changes.push((setting.name, value));
    }
    let sum = settings.sum_of_shares();
    let sums = |name: &str| LANES.iter().any(|lane| name == format!("lanes.{lane}"));
    if sum != 100 && changes.iter().any(|(name, _)| sums(name)) {
        let each: Vec<String> = LANES.iter().map(|lane| format!("{lane}={}", settings.share(*lane))).collect();
        return Err(Error::usage(format!("the shares would add up to {sum} %, not 100: {}", each.join(",")))
            .hint("name every lane that changes with its new share"));
    }
    project.write(by, ActKind::Setting, |w| changes.iter().try_for_each(|(name, value)| w.set_setting(name, value)))?;
    Ok(())
}
