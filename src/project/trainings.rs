//! Trainings under way: each process that trains a run says here how far it is, so that any other can read it, end it,
//! and tell a dead one. They are no facts: what a training comes to is a run, or nothing.

use super::{Place, Project, RunId, Writer, questions, sql};
use crate::clock::Millis;
use crate::domain::{PersonId, QuestionId, words};
use crate::error::{Error, Kind, Result};
use rusqlite::Connection;
use serde_json::Value as Json;

/// A process of another machine that has said nothing for so long is taken for lost; one of this machine is asked.
const SILENT_MS: Millis = 180_000;

words! {
    /// How a training stands.
    TrainingState: "state of a training" {
        /// Its process works on it.
        UnderWay = "under-way",
        /// It came to a run.
        Finished = "finished",
        /// It could not be done.
        Failed = "failed",
        /// Somebody stopped it; nothing was kept.
        Cancelled = "cancelled",
        /// Its process is gone, or on another machine and silent; nothing was kept.
        Lost = "lost",
    }
}

/// How far a training is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrainingProgress {
    /// What it is doing: "features", "training".
    pub stage: String,
    /// Units done in this stage.
    pub done: u64,
    /// Units in this stage; 0 where nobody knows.
    pub total: u64,
    /// The curves as far as they are drawn, [`crate::domain::Curves::to_json`].
    pub curves: Json,
}

/// A training as the file tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Its number in this file, never given twice.
    pub number: u32,
    /// Of which question.
    pub question: QuestionId,
    /// Who started it.
    pub by: PersonId,
    /// The machine that it runs on.
    pub host: String,
    /// Its process there.
    pub pid: u32,
    /// When it began, UTC milliseconds.
    pub started: Millis,
    /// When its process was last heard of, UTC milliseconds.
    pub heard: Millis,
    /// What was asked for.
    pub asked: Json,
    /// How far it is, or was.
    pub progress: TrainingProgress,
    /// How it stands.
    pub state: TrainingState,
    /// When it ended, where it says so, UTC milliseconds.
    pub ended: Option<Millis>,
    /// Why it failed, or who stopped it.
    pub said: Option<String>,
    /// The run that it came to.
    pub run: Option<RunId>,
}

impl Project {
    /// Announces a training by this process: its number. Earlier ones of the question that have ended are forgotten.
    pub fn begin_training(&mut self, question: QuestionId, by: PersonId, asked: &Json) -> Result<u32> {
        self.may_write()?;
        let seq = questions::question_seq(&self.conn, question)?;
        for old in self.trainings()? {
            if old.question == question && old.state != TrainingState::UnderWay {
                self.forget_training(old.number)?;
            }
        }
        let now = self.place.now();
        sql::run(
            &self.conn,
            "INSERT INTO training (question, person, host, pid, started_utc_ms, heard_utc_ms, asked, stage, done, total, curves)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, 'starting', 0, 0, '{}')",
            (seq, by.as_bytes(), &self.place.host, self.place.pid, now, asked.to_string()),
        )?;
        u32::try_from(self.conn.last_insert_rowid()).map_err(|e| Error::internal(e.to_string()))
    }

    /// Trainings under way and those that ended and were not forgotten, oldest first.
    pub fn trainings(&self) -> Result<Vec<Training>> {
        let query =
            "SELECT t.number, q.id, t.person, t.host, t.pid, t.started_utc_ms, t.heard_utc_ms, t.asked, t.stage,
                        t.done, t.total, t.curves, t.ended_utc_ms, t.outcome, t.said, t.run
                     FROM training t JOIN question q ON q.seq = t.question ORDER BY t.number";
        sql::list(&self.conn, query, [], |row| {
            let (host, pid, heard) = (row.get::<_, String>(3)?, row.get(4)?, row.get(6)?);
            let state = match row.get::<_, Option<String>>(13)? {
                Some(_) => sql::word(row, 13)?,
                None if is_lost(&self.place, &host, pid, heard) => TrainingState::Lost,
                None => TrainingState::UnderWay,
            };
            let progress = TrainingProgress {
                stage: row.get(8)?,
                done: row.get::<_, i64>(9)?.cast_unsigned(),
                total: row.get::<_, i64>(10)?.cast_unsigned(),
                curves: sql::json(&row.get::<_, String>(11)?)?,
            };
            Ok(Training {
                number: row.get(0)?,
                question: sql::id(row, 1)?,
                by: sql::id(row, 2)?,
                host,
                pid,
                started: row.get(5)?,
                heard,
                asked: sql::json(&row.get::<_, String>(7)?)?,
                progress,
                state,
                ended: row.get(12)?,
                said: row.get(14)?,
                run: sql::maybe_id(row, 15)?,
            })
        })
    }

    /// Says how far a training is, and that its process lives. False where somebody has ended it: then it stops.
    pub fn tell_training(&self, number: u32, progress: &TrainingProgress) -> Result<bool> {
        let TrainingProgress { stage, done, total, curves } = progress;
        let told = sql::run(
            &self.conn,
            "UPDATE training SET heard_utc_ms = ?2, stage = ?3, done = ?4, total = ?5, curves = ?6
             WHERE number = ?1 AND outcome IS NULL",
            (number, self.place.now(), stage, done.cast_signed(), total.cast_signed(), curves.to_string()),
        )?;
        Ok(told > 0)
    }

    /// Whether nobody has ended a training.
    pub fn training_goes_on(&self, number: u32) -> Result<bool> {
        goes_on(&self.conn, number)
    }

    /// Ends a training that came to nothing, with why. False where it has ended before.
    pub fn end_training(&self, number: u32, state: TrainingState, said: Option<&str>) -> Result<bool> {
        let ended = sql::run(
            &self.conn,
            "UPDATE training SET ended_utc_ms = ?2, outcome = ?3, said = ?4 WHERE number = ?1 AND outcome IS NULL",
            (number, self.place.now(), state.as_str(), said),
        )?;
        Ok(ended > 0)
    }

    /// Forgets a training. One that is under way stops.
    pub fn forget_training(&self, number: u32) -> Result<()> {
        sql::run(&self.conn, "DELETE FROM training WHERE number = ?1", [number])?;
        Ok(())
    }
}

impl Writer<'_> {
    /// Ends a training with its run, in the commit that writes the run.
    ///
    /// # Errors
    /// `Interrupted` where somebody has ended it: then nothing of the act is written.
    pub fn finish_training(&mut self, number: u32, run: RunId) -> Result<()> {
        if !goes_on(self.conn, number)? {
            return Err(Error::new(Kind::Interrupted, "the training was cancelled: nothing was kept"));
        }
        sql::run(
            self.conn,
            "UPDATE training SET ended_utc_ms = ?2, outcome = 'finished', run = ?3 WHERE number = ?1",
            (number, self.at(), run.as_bytes()),
        )?;
        Ok(())
    }
}

fn goes_on(conn: &Connection, number: u32) -> Result<bool> {
    sql::value(conn, "SELECT EXISTS (SELECT 1 FROM training WHERE number = ?1 AND outcome IS NULL)", [number])
}

fn is_lost(place: &Place, host: &str, pid: u32, heard: Millis) -> bool {
    match host == place.host {
        // It may be stopped, or asleep with the machine, or wait for another's long write.
        true => place.is_gone(host, pid),
        false => place.now() - heard > SILENT_MS,
    }
}
