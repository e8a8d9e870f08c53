//! Starting a session, and taking it a step further.

use super::kept::Kept;
use super::report::{Share, shares};
use crate::domain::{
    ActKind, Calibration, CalibrationId, CalibrationStep, Person, PersonId, Question, Split, Stage, did_you_mean,
};
use crate::error::{Error, Result};
use crate::ids::mix;
use crate::project::{NewCalibration, Project};
use crate::workflow::{frame, people};
use std::collections::HashSet;

/// A session as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New<'a> {
    /// Its name.
    pub name: &'a str,
    /// Items of each half.
    pub items: usize,
    /// Which items may be drawn; all where there is none.
    pub filter: Option<&'a str>,
    /// Who takes part, by name; everybody where nobody is named.
    pub people: &'a [String],
    /// The seed of the draw.
    pub seed: u64,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The agreement that is kept.
    pub kept: Kept,
    /// Who had not answered everything.
    pub missing: Vec<Share>,
}

/// Draws the items of both halves and starts a session: items that nobody has answered, settled or has before them,
/// among those that teach (no split keeps them for tuning or judging), and in no other session. Those with gold come last.
///
/// # Errors
/// Where the name is taken, the expression is wrong, there are too few such items or fewer than two people.
pub fn start(project: &mut Project, by: PersonId, question: &Question, new: &New<'_>) -> Result<CalibrationId> {
    let name = new.name.trim();
    let sessions = project.calibrations(question.id)?;
    if name.is_empty() || sessions.iter().any(|session| session.name == name) {
        return Err(Error::conflict(format!("a calibration session called {name:?} is there already, or has no name"))
            .hint("choose another name"));
    }
    let people = participants(project, new.people)?;
    let drawn = draw(project, question, new, &sessions)?;
    let (first, second) = drawn.split_at(new.items);
    let halves = [first.to_vec(), second.to_vec()];
    let session = NewCalibration { question: question.id, name: name.to_owned(), seed: new.seed, people, halves };
    Ok(project.write(by, ActKind::Calibration, |w| w.start_calibration(&session))?.1)
}

fn participants(project: &Project, named: &[String]) -> Result<Vec<PersonId>> {
    let mut ids: Vec<PersonId> = match named.is_empty() {
        true => project.people()?.into_iter().filter(Person::can_act).map(|p| p.id).collect(),
        false => named.iter().map(|name| participant(project, name.trim())).collect::<Result<_>>()?,
    };
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    match ids.len() {
        0 | 1 => Err(Error::usage("a calibration session needs two people or more")
            .hint("somebody joins by opening the project; --people ana,ben names them")),
        _ => Ok(ids),
    }
}

/// Somebody who is named to take part.
fn participant(project: &Project, name: &str) -> Result<PersonId> {
    let person = people::named(project, name)?;
    project.refuse_absent(person.id)?;
    match person.can_act() {
        true => Ok(person.id),
        false => Err(Error::usage(format!("{name} is a {} and answers nothing", person.kind))
            .hint("--people ana,ben names people; karat people lists them")),
    }
}

/// Twice the items of a half, in the order of the draw.
fn draw(project: &Project, question: &Question, new: &New<'_>, sessions: &[Calibration]) -> Result<Vec<u32>> {
    let columns = project.items()?;
    let mut taken: HashSet<u32> = project.leases(question.id)?.into_iter().map(|lease| lease.item).collect();
    project.for_each_current(question, |answer| {
        taken.insert(answer.item);
    })?;
    taken.extend(project.rulings(question)?.into_iter().map(|(item, ..)| item));
    taken.extend(sessions.iter().flat_map(|session| session.halves.iter().flatten().copied()));
    let is_free = |seq: &u32| {
        let at = *seq as usize - 1;
        columns.live[at] && columns.split[at] == Split::Train && !taken.contains(seq)
    };
    let mut free: Vec<u32> = match new.filter {
        Some(expression) => frame::matching(project, question, expression)?,
        None => (1..).take(columns.live.len()).collect(),
    };
    free.retain(is_free);
    if new.items == 0 || free.len() < 2 * new.items {
        let found =
            format!("{} items that nobody has answered can be drawn, and two halves of {}", free.len(), new.items);
        return Err(Error::usage(format!("{found} are wanted"))
            .hint("--items N asks for fewer; items of the evaluation set, of other splits than train and of other sessions are not drawn"));
    }
    // By key, so that the same draw is made in every copy of the project.
    let place = |seq: &u32| {
        let key = columns.keys[*seq as usize - 1].0;
        key.chunks(8).fold(new.seed, |drawn, part| mix(drawn, part.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))))
    };
    // A session keeps what it draws from everything else, and whoever is to qualify needs the gold there is.
    let gold: HashSet<u32> = project.gold(question)?.into_iter().map(|(item, _)| item).collect();
    free.sort_by_cached_key(|seq| (gold.contains(seq), place(seq)));
    free.truncate(2 * new.items);
    Ok(free)
}

/// The session of a name.
///
/// # Errors
/// Where there is none, with the nearest.
pub fn named(project: &Project, question: &Question, name: &str) -> Result<Calibration> {
    let sessions = project.calibrations(question.id)?;
    let names: Vec<&str> = sessions.iter().map(|session| session.name.as_str()).collect();
    let unknown = Error::usage(format!("no calibration session is called {name:?}")).hint(match names.is_empty() {
        true => "karat calibration start NAME starts one".to_owned(),
        false => did_you_mean(name, names.iter().copied()),
    });
    sessions.iter().find(|session| session.name == name.trim()).cloned().ok_or(unknown)
}

/// Ends the first half: its agreement is kept, and everybody may see its answers.
///
/// # Errors
/// Where the half is over, or somebody still has items to answer, with how many, unless it is to be compared anyway.
pub fn compare(project: &mut Project, by: PersonId, question: &Question, name: &str, anyway: bool) -> Result<Compared> {
    let session = named(project, question, name)?;
    match session.stage() {
        Stage::First => measured(project, by, question, &session, CalibrationStep::Compared, anyway),
        _ => Err(wrong_stage(&session, "was compared already")),
    }
}

/// Asks the second half.
///
/// # Errors
/// Where the first was not compared, or the second is asked already.
pub fn go_on(project: &mut Project, by: PersonId, question: &Question, name: &str) -> Result<()> {
    let session = named(project, question, name)?;
    match session.stage() {
        Stage::Between => {
            project.write(by, ActKind::Calibration, |w| {
                w.step_calibration(session.id, CalibrationStep::Continued, None)
            })?;
            Ok(())
        }
        Stage::First => Err(wrong_stage(&session, "was not compared yet")),
        Stage::Second | Stage::Over => Err(wrong_stage(&session, "has asked its second half already")),
    }
}

/// Ends a session: the agreement on the second half is kept.
///
/// # Errors
/// Where the second half was not asked, or somebody still has items of it to answer, unless it is to be closed anyway.
pub fn close(project: &mut Project, by: PersonId, question: &Question, name: &str, anyway: bool) -> Result<Compared> {
    let session = named(project, question, name)?;
    match session.stage() {
        Stage::Second => measured(project, by, question, &session, CalibrationStep::Closed, anyway),
        Stage::First | Stage::Between => {
            Err(wrong_stage(&session, "has not asked its second half; karat undo takes a session back"))
        }
        Stage::Over => Err(wrong_stage(&session, "is closed already")),
    }
}

/// Measures the half that is asked, and keeps it with the step.
fn measured(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    session: &Calibration,
    step: CalibrationStep,
    anyway: bool,
) -> Result<Compared> {
    let half = usize::from(session.stage() == Stage::Second);
    let all = shares(project, question, session)?;
    let missing: Vec<Share> = all.into_iter().filter(|share| share.left(half) > 0).collect();
    if !missing.is_empty() && !anyway {
        let left: Vec<String> =
            missing.iter().map(|share| format!("{} {}", share.who.name, share.left(half))).collect();
        return Err(Error::conflict(format!("items still wait to be answered: {}", left.join(", ")))
            .hint("--anyway takes what there is"));
    }
    let kept = Kept::of(project, question, session, half)?;
    let json = kept.to_json();
    project.write(by, ActKind::Calibration, |w| w.step_calibration(session.id, step, Some(&json)))?;
    Ok(Compared { kept, missing })
}

fn wrong_stage(session: &Calibration, why: &str) -> Error {
    Error::conflict(format!("the calibration session {:?} {why}", session.name)).hint(match session.stage() {
        Stage::First => format!("karat calibration compare {}", session.name),
        Stage::Between => format!("karat calibration after {}", session.name),
        Stage::Second => format!("karat calibration close {}", session.name),
        Stage::Over => format!("karat calibration show {}", session.name),
    })
}
