//! Calibration sessions of people: everybody answers the same items blind, compares, and answers others of the same draw.

use super::{Id, PersonId, words};
use serde_json::Value as Json;

/// Names a calibration session.
pub type CalibrationId = Id<Calibration>;

words! {
    /// What happened in a calibration session after its start.
    CalibrationStep: "step of a calibration session" {
        /// The first half was compared: its agreement is kept, its answers are seen.
        Compared = "compared",
        /// The second half is asked.
        Continued = "continued",
        /// It is over: the agreement on the second half is kept.
        Closed = "closed",
    }
}

words! {
    /// How far a calibration session has come.
    Stage: "stage of a calibration session" {
        /// The first half is asked.
        First = "first half",
        /// The first half was compared, the second is not asked yet.
        Between = "compared",
        /// The second half is asked.
        Second = "second half",
        /// It is over.
        Over = "closed",
    }
}

/// A set of items that everybody of a group answers, in two halves.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Its id.
    pub id: CalibrationId,
    /// Its name, unique among the sessions of its question.
    pub name: String,
    /// The seed of the draw.
    pub seed: u64,
    /// Who takes part.
    pub people: Vec<PersonId>,
    /// The rows of the items of each half, ascending.
    pub halves: [Vec<u32>; 2],
    /// What happened since, at most once each.
    pub steps: Vec<Step>,
    /// Who started it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
}

/// One step of a session, and what was measured then.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Which.
    pub step: CalibrationStep,
    /// The agreement as it was; it stays, whatever is answered later.
    pub kept: Option<Json>,
    /// Who took it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
}

impl Calibration {
    /// What was kept of a step, if it was taken.
    pub fn step(&self, step: CalibrationStep) -> Option<&Step> {
        self.steps.iter().find(|taken| taken.step == step)
    }

    /// How far it has come.
    pub fn stage(&self) -> Stage {
        let is_taken = |step| self.step(step).is_some();
        match () {
            () if is_taken(CalibrationStep::Closed) => Stage::Over,
            () if is_taken(CalibrationStep::Continued) => Stage::Second,
            () if is_taken(CalibrationStep::Compared) => Stage::Between,
            () => Stage::First,
        }
    }

    /// It as it was at a time, UTC milliseconds; none where it had not begun.
    pub fn as_of(&self, at: i64) -> Option<Self> {
        let steps = self.steps.iter().filter(|step| step.at <= at).cloned().collect();
        (self.at <= at).then(|| Self { steps, ..self.clone() })
    }

    /// The half that is asked now.
    pub fn asked(&self) -> &[u32] {
        match self.stage() {
            Stage::First => &self.halves[0],
            Stage::Second => &self.halves[1],
            Stage::Between | Stage::Over => &[],
        }
    }

    /// The items that nobody is asked about for another reason meanwhile, and whose answers no participant sees.
    pub fn reserved(&self) -> impl Iterator<Item = u32> + '_ {
        let stage = self.stage();
        let first = self.halves[0].iter().filter(move |_| stage == Stage::First);
        first.chain(self.halves[1].iter().filter(move |_| stage != Stage::Over)).copied()
    }

    /// The items whose answers somebody may not see yet: those that they are to answer blind.
    pub fn hidden_from(&self, person: Option<PersonId>) -> impl Iterator<Item = u32> + '_ {
        let takes_part = person.is_some_and(|person| self.people.contains(&person));
        self.reserved().filter(move |_| takes_part)
    }
}
