//! How far a session has come, as plain data for both faces.

use super::kept::{Difference, Kept};
use crate::domain::{Calibration, CalibrationStep, PersonId, Presence, Question, Stage};
use crate::error::Result;
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;
use crate::workflow::agreement::{Dispute, Disputed, Gathered, Who, disputes};
use crate::workflow::blind::Blind;
use serde_json::{Value as Json, json};

/// How far one participant has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub who: Who,
    /// Whether they take part still. Nobody waits for whoever left.
    pub presence: Presence,
    /// Items of each half that they answered or skipped, and how many it has.
    pub done: [(usize, usize); 2],
}

impl Share {
    /// How many items of a half wait for them.
    pub fn left(&self, half: usize) -> usize {
        match self.presence {
            Presence::Here => self.done[half].1 - self.done[half].0,
            Presence::Left | Presence::Excluded => 0,
        }
    }

    /// The name, and where somebody left that they have: `ben (left)`.
    pub fn called(&self) -> String {
        match self.presence {
            Presence::Here => self.who.name.clone(),
            Presence::Left => format!("{} (left)", self.who.name),
            Presence::Excluded => format!("{} (left, answers excluded)", self.who.name),
        }
    }
}

/// A session with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The session.
    pub session: Calibration,
    /// How far everybody has come.
    pub shares: Vec<Share>,
    /// The agreement on the first half, as it was when it was compared.
    pub before: Option<Kept>,
    /// The agreement on the second half, as it was when the session was closed.
    pub after: Option<Kept>,
    /// How many items of the compared halves are disputed among its people and not adjudicated.
    pub disputed: usize,
    /// These, those first that teach most once they are settled.
    pub disputes: Vec<Dispute>,
}

impl Report {
    /// After less before.
    pub fn difference(&self) -> Option<Difference> {
        Difference::of(self.before.as_ref()?, self.after.as_ref()?)
    }

    /// As `karat calibration show --json` prints it.
    pub fn to_json(&self, question: &Question) -> Json {
        let people = self.shares.iter().map(|share| {
            let half = |(done, of): (usize, usize)| json!({"answered": done, "of": of});
            json!({"name": share.who.name, "state": share.presence.as_str(), "first": half(share.done[0]), "second": half(share.done[1])})
        });
        let difference = self.difference().map(|d| json!({"value": d.value, "ci95": d.ci95.map(|(l, h)| [l, h])}));
        json!({
            "question": question.name, "name": self.session.name, "id": self.session.id.to_string(),
            "stage": self.session.stage().as_str(), "seed": self.session.seed, "at": self.session.at,
            "items": self.session.halves.iter().map(Vec::len).collect::<Vec<_>>(),
            "people": people.collect::<Vec<_>>(), "before": self.before.as_ref().map(Kept::to_json),
            "after": self.after.as_ref().map(Kept::to_json), "difference": difference, "disputed": self.disputed,
            "disputes": self.disputes.iter().map(|dispute| dispute.to_json(question)).collect::<Vec<_>>(),
        })
    }
}

/// Every session of a question, in the order of starting.
///
/// # Errors
/// Where the features cannot be made.
pub fn list(
    project: &Project,
    paths: &Paths,
    question: &Question,
    viewer: Option<PersonId>,
    control: &Control,
) -> Result<Vec<Report>> {
    let sessions = project.calibrations(question.id)?;
    sessions.into_iter().map(|session| report(project, paths, question, session, viewer, control)).collect()
}

/// Everything that is known of a session; of the answers, those to the halves that were compared, as far as the viewer may
/// read them.
///
/// # Errors
/// Where the features cannot be made.
pub fn report(
    project: &Project,
    paths: &Paths,
    question: &Question,
    session: Calibration,
    viewer: Option<PersonId>,
    control: &Control,
) -> Result<Report> {
    let kept = |step| session.step(step).and_then(|step| step.kept.as_ref()).map(Kept::from_json);
    let (before, after) = (kept(CalibrationStep::Compared), kept(CalibrationStep::Closed));
    let seen = match session.stage() {
        Stage::First => 0,
        Stage::Between | Stage::Second => 1,
        Stage::Over => 2,
    };
    let mut items: Vec<u32> = session.halves[..seen].concat();
    items.sort_unstable();
    let gathered = Gathered::about(project, question, &items, &session.people)?;
    let blind = Blind::of(project, question, viewer)?;
    let Disputed { items: disputed, first: disputes, .. } =
        disputes(project, paths, question, &gathered, items.len(), &blind, control)?;
    let shares = shares(project, question, &session)?;
    Ok(Report { session, shares, before, after, disputed, disputes })
}

/// How far everybody has come, in the order of their coming.
pub(super) fn shares(project: &Project, question: &Question, session: &Calibration) -> Result<Vec<Share>> {
    let people = project.people()?;
    let of = [session.halves[0].len(), session.halves[1].len()];
    let share = |id: &PersonId| {
        let person = people.iter().find(|person| person.id == *id);
        let name = person.and_then(|person| person.name.clone());
        // Whoever was erased answers nothing more either.
        let presence = match person {
            Some(person) if person.can_act() || person.presence != Presence::Here => person.presence,
            _ => Presence::Left,
        };
        Share {
            who: Who { id: *id, name: name.unwrap_or_else(|| id.to_string()) },
            presence,
            done: of.map(|of| (0, of)),
        }
    };
    let mut shares: Vec<Share> = session.people.iter().map(share).collect();
    for (half, items) in session.halves.iter().enumerate() {
        for item in items {
            for answer in project.current_of_item(question, *item)?.iter().filter(|answer| !answer.stale) {
                let share = shares.iter_mut().find(|share| share.who.id == answer.person);
                share.into_iter().for_each(|share| share.done[half].0 += 1);
            }
        }
    }
    Ok(shares)
}
