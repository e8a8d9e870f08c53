//! Calibration sessions: who answers which items, and the agreement that was kept at each step.

use super::facts::{self, Cell};
use super::{Project, Writer, questions, sql};
use crate::domain::{Calibration, CalibrationId, CalibrationStep, PersonId, QuestionId, Step};
use crate::error::Result;
use crate::ids;
use serde_json::Value as Json;

/// A session about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCalibration {
    /// The question.
    pub question: QuestionId,
    /// Its name.
    pub name: String,
    /// The seed of the draw.
    pub seed: u64,
    /// Who takes part.
    pub people: Vec<PersonId>,
    /// The rows of the items of each half.
    pub halves: [Vec<u32>; 2],
}

impl Project {
    /// Every live session of a question, in the order of starting. Where copies took the same step apart, the one that
    /// was taken first holds.
    pub fn calibrations(&self, question: QuestionId) -> Result<Vec<Calibration>> {
        let question = questions::question_seq(&self.conn, question)?;
        let mut sessions = sql::list(
            &self.conn,
            "SELECT c.id, c.name, c.seed, t.person, t.at_utc_ms FROM calibration c JOIN act t ON t.seq = c.act
             WHERE c.question = ?1 AND c.act NOT IN (SELECT act FROM dead) ORDER BY t.id",
            [question],
            |row| {
                Ok(Calibration {
                    id: sql::id(row, 0)?,
                    name: row.get(1)?,
                    seed: row.get::<_, i64>(2)? as u64,
                    people: Vec::new(),
                    halves: [Vec::new(), Vec::new()],
                    steps: Vec::new(),
                    by: sql::id(row, 3)?,
                    at: row.get(4)?,
                })
            },
        )?;
        for session in &mut sessions {
            self.read_calibration(session)?;
        }
        Ok(sessions)
    }

    fn read_calibration(&self, session: &mut Calibration) -> Result<()> {
        let id = &session.id.as_bytes().to_owned();
        session.people = sql::list(
            &self.conn,
            "SELECT DISTINCT p.id FROM calibration_person x JOIN person p ON p.seq = x.person
             WHERE x.calibration = ?1 AND x.act NOT IN (SELECT act FROM dead) ORDER BY p.seq",
            [id],
            |row| sql::id(row, 0),
        )?;
        let items = "SELECT DISTINCT x.item, x.half FROM calibration_item x JOIN now_item n ON n.item = x.item
                     WHERE x.calibration = ?1 AND x.act NOT IN (SELECT act FROM dead) ORDER BY x.item";
        sql::each(&self.conn, items, [id], |row| {
            let half: i64 = row.get(1)?;
            session.halves[usize::from(half == 2)].push(row.get(0)?);
            Ok(())
        })?;
        let steps = "SELECT x.step, x.kept, t.person, t.at_utc_ms FROM calibration_step x JOIN act t ON t.seq = x.act
                     WHERE x.calibration = ?1 AND x.act NOT IN (SELECT act FROM dead) ORDER BY t.id";
        sql::each(&self.conn, steps, [id], |row| {
            let kept = row.get::<_, Option<String>>(1)?.map(|kept| sql::json(&kept)).transpose()?;
            let step = Step { step: sql::word(row, 0)?, kept, by: sql::id(row, 2)?, at: row.get(3)? };
            if session.step(step.step).is_none() {
                session.steps.push(step);
            }
            Ok(())
        })
    }
}

impl Writer<'_> {
    /// Starts a session.
    pub fn start_calibration(&mut self, new: &NewCalibration) -> Result<CalibrationId> {
        let (question, id) = (self.question_seq(new.question)?, ids::fresh::<Calibration>(self.at()));
        let own = Cell::Blob(id.as_bytes());
        self.fact(
            &facts::CALIBRATION,
            &[own, Cell::Ref(question, new.question.as_bytes()), Cell::Text(&new.name), Cell::Int(new.seed as i64)],
        )?;
        for person in &new.people {
            let seq = self.person_seq(*person)?;
            self.fact(&facts::CALIBRATION_PERSON, &[own, Cell::Ref(seq, person.as_bytes())])?;
        }
        for (half, items) in (1..).zip(&new.halves) {
            for item in items {
                let key = self.item_for_answer(*item, None)?.key;
                self.fact(&facts::CALIBRATION_ITEM, &[own, Cell::Ref((*item).into(), &key), Cell::Int(half)])?;
            }
        }
        Ok(id)
    }

    /// Takes a step in a session, with what was measured.
    pub fn step_calibration(&mut self, id: CalibrationId, step: CalibrationStep, kept: Option<&Json>) -> Result<()> {
        let kept = kept.map(Json::to_string);
        let cells = [Cell::Blob(id.as_bytes()), Cell::Text(step.as_str()), Cell::text(kept.as_deref())];
        self.fact(&facts::CALIBRATION_STEP, &cells)
    }
}
