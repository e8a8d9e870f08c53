//! Which run counts: promoting, rolling back, retiring, each with who and why.

use crate::domain::{ActKind, PersonId, Question, did_you_mean, iso};
use crate::error::{Error, Result};
use crate::project::{Decided, Decision, Project, Run, RunId};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is one of several.
    Candidate,
    /// It is the one that counts.
    Champion,
    /// Nobody should use it.
    Retired,
}

impl Standing {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Champion => "champion",
            Self::Retired => "retired",
        }
    }
}

/// The run that counts, by what was decided: promotions stand on one another, and rolling back takes the last away.
pub fn champion(decided: &[Decided]) -> Option<RunId> {
    stack(decided).pop()
}

fn stack(decided: &[Decided]) -> Vec<RunId> {
    let mut stack: Vec<RunId> = Vec::new();
    for one in decided {
        match one.decision {
            Decision::Promoted => stack.push(one.run),
            Decision::RolledBack => drop(stack.pop()),
            Decision::Retired => stack.retain(|run| *run != one.run),
            Decision::Restored => {}
        }
    }
    stack.dedup();
    stack
}

/// Where a run stands by what was decided.
pub fn standing(decided: &[Decided], run: RunId) -> Standing {
    let own = decided.iter().rev().find(|one| one.run == run && one.decision != Decision::RolledBack);
    match own.map(|one| one.decision) {
        Some(Decision::Retired) => Standing::Retired,
        _ if champion(decided) == Some(run) => Standing::Champion,
        _ => Standing::Candidate,
    }
}

/// Characters of an id's beginning that are enough to try it by.
const BEGINNING: usize = 6;

/// The run that somebody means: by number or name, or else by its id or the beginning of it; `champion` is the one that
/// counts, `latest` the newest.
///
/// # Errors
/// Where there is none, or several.
pub fn named(project: &Project, question: &Question, name: &str) -> Result<Run> {
    let runs = project.runs(question.id)?;
    if runs.is_empty() {
        return Err(Error::usage("there is no run yet").hint("karat train makes one"));
    }
    let champion = champion(&project.decisions(question.id)?);
    let number = name.parse::<u32>().ok();
    let mut found: Vec<&Run> = match name {
        "champion" => runs.iter().filter(|run| Some(run.id) == champion).collect(),
        "latest" => runs.last().into_iter().collect(),
        _ => runs.iter().filter(|run| number.map_or(run.run.name == name, |number| run.number == number)).collect(),
    };
    if found.is_empty() && name.len() >= BEGINNING {
        let id = name.to_ascii_lowercase();
        found = runs.iter().filter(|run| run.id.to_string().starts_with(&id)).collect();
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] if name == "champion" => {
            Err(Error::usage("no run is the champion").hint("karat runs promote RUN makes it one"))
        }
        [] => {
            let names = runs.iter().map(|run| run.run.name.as_str());
            Err(Error::usage(format!("no run is called {name:?}"))
                .hint(format!("{}; karat runs list shows them", did_you_mean(name, names))))
        }
        several => {
            let told = several.iter().map(|run| {
                let (short, by) = (beginning(run, &runs), project.name_of(run.by)?);
                Ok(format!("{short} is run {} ({}) by {by}, {}", run.number, run.run.name, iso(run.at)))
            });
            let told: Vec<String> = told.collect::<Result<_>>()?;
            Err(Error::usage(format!("{} runs are called {name:?}", several.len())).hint(format!(
                "copies that were merged may have two of one number or name; name it by its id: {}",
                told.join("; ")
            )))
        }
    }
}

/// So much of a run's id that no other run's begins with it.
fn beginning(run: &Run, runs: &[Run]) -> String {
    let id = run.id.to_string();
    let shared = |other: &Run| id.bytes().zip(other.id.to_string().bytes()).take_while(|(a, b)| a == b).count();
    let most = runs.iter().filter(|other| other.id != run.id).map(shared).max().unwrap_or(0);
    id.chars().take((most + 1).max(BEGINNING + 2)).collect()
}

/// The run of an id.
///
/// # Errors
/// Where it is not there any more.
pub fn of_id(project: &Project, question: &Question, id: RunId) -> Result<Run> {
    let run = project.runs(question.id)?.into_iter().find(|run| run.id == id);
    run.ok_or_else(|| Error::conflict("the run is not there any more: it was taken back"))
}

/// Where a run stands, in words: "run 7 (boosted) is the champion now".
///
/// # Errors
/// Where the file cannot be read.
pub fn told(project: &Project, question: &Question, run: &Run) -> Result<String> {
    let stands = match standing(&project.decisions(question.id)?, run.id) {
        Standing::Champion => "the champion",
        Standing::Candidate => "a candidate",
        Standing::Retired => "retired",
    };
    Ok(format!("run {} ({}) is {stands} now", run.number, run.run.name))
}

/// The run of a name; where nobody says which, the champion, else the newest that was not retired.
///
/// # Errors
/// Where there is none of that name, or none at all.
pub fn meant(project: &Project, question: &Question, name: Option<&str>) -> Result<Run> {
    match name {
        Some(name) => named(project, question, name),
        None => in_use(project, question),
    }
}

/// Whether a run may have this name.
///
/// # Errors
/// Where something else would be meant by it.
pub fn check_name(name: &str) -> Result<()> {
    if name.contains(char::is_control) {
        return Err(Error::usage(format!("a run cannot be called {name:?}")).hint("its name is one line of text"));
    }
    let taken = ["champion", "latest"].contains(&name) || name.parse::<u32>().is_ok();
    match taken || name.trim() != name || name.is_empty() {
        true => Err(Error::usage(format!("a run cannot be called {name:?}"))
            .hint("runs are numbered, and champion and latest mean whichever is that; give another with --name")),
        false => Ok(()),
    }
}

fn in_use(project: &Project, question: &Question) -> Result<Run> {
    let decided = project.decisions(question.id)?;
    let (champion, mut runs) = (champion(&decided), project.runs(question.id)?);
    runs.retain(|run| standing(&decided, run.id) != Standing::Retired);
    let place = runs.iter().position(|run| Some(run.id) == champion).or(runs.len().checked_sub(1));
    place.map(|place| runs.swap_remove(place)).ok_or_else(|| {
        Error::usage("there is no run to use")
            .hint("karat train makes one; karat runs list shows those that were retired")
    })
}

/// Records a decision. Rolling back takes the champion away and puts the one before it in its place, which comes back;
/// the other decisions are about the run that is named.
///
/// # Errors
/// Where there is nothing to roll back to, or the decision holds already.
pub fn decide(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    run: Option<&Run>,
    decision: Decision,
    note: Option<&str>,
) -> Result<Run> {
    let decided = project.decisions(question.id)?;
    let about = match (decision, run) {
        (Decision::RolledBack, _) => {
            let stack = stack(&decided);
            let [.., before, now] = stack.as_slice() else {
                return Err(Error::conflict("there is no earlier champion to go back to")
                    .hint("karat runs promote RUN makes another run the champion"));
            };
            (*now, *before)
        }
        (_, Some(run)) => {
            let stands = standing(&decided, run.id);
            let refused = match (decision, stands) {
                (Decision::Promoted, Standing::Champion) => Some("is the champion already"),
                (Decision::Promoted, Standing::Retired) => Some("was retired: restore it first"),
                (Decision::Retired, Standing::Retired) => Some("was retired already"),
                (Decision::Restored, Standing::Candidate | Standing::Champion) => Some("was not retired"),
                _ => None,
            };
            if let Some(why) = refused {
                return Err(Error::conflict(format!("run {} {why}", run.number)));
            }
            (run.id, run.id)
        }
        (_, None) => return Err(Error::internal("a decision about no run")),
    };
    project.write(by, ActKind::Run, |w| w.decide(question.id, about.0, decision, note))?;
    let runs = project.runs(question.id)?.into_iter();
    runs.into_iter()
        .find(|run| run.id == about.1)
        .ok_or_else(|| Error::internal("a run was decided on and is not there"))
}
