//! Undo is an act that names an act; redo undoes the undo. Nothing is removed: facts of an act that a live act undoes
//! are not live.

use super::log::{self, LogEntry};
use super::summary::{Names, summary};
use super::{Project, acts, built_on, derived, people, sql};
use crate::clock::Millis;
use crate::domain::{ActId, ActKind, PersonId, QuestionId};
use crate::error::{Error, Result};
use rusqlite::Connection;

/// Which acts an undo may take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoScope {
    /// Answers, rulings, reviews, replies, calibration sessions, and what was changed: labels, settings, guidelines, fields,
    /// splits, runs, names, roles, and who takes part; the command line's. Whoever or whatever came new stays, for others may have
    /// come to count on it.
    Any,
    /// Answers and labels of one question: the Label screen's.
    Question(QuestionId),
    /// Rulings and reviews of one question: the Agreement screen's.
    Rulings(QuestionId),
    /// What was decided about the runs of one question: the Runs screen's. Runs themselves stay.
    Decisions(QuestionId),
    /// One act, an import too; a lead may take back another's.
    Act(ActId),
}

/// An act that was taken back or brought back, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The act in question.
    pub act: ActId,
    /// What it did.
    pub kind: ActKind,
    /// When it was done, UTC milliseconds.
    pub at: Millis,
    /// The item it was about, where it was about one.
    pub item: Option<u32>,
    /// What it held: "positive to r-12".
    pub summary: String,
}

impl Project {
    /// What [`Project::undo`] would take back.
    pub fn next_undo(&self, by: PersonId, scope: &UndoScope) -> Result<Option<Undone>> {
        Ok(target(&self.conn, by, scope)?.map(|(_, undone)| undone))
    }

    /// Takes back somebody's newest live act in a scope. Refuses, with the reason, where another's live act builds
    /// on it.
    pub fn undo(&mut self, by: PersonId, scope: &UndoScope) -> Result<Undone> {
        let (_, undone) = self.write(by, ActKind::Undo, |w| {
            let Some((seq, undone)) = target(w.conn, by, scope)? else {
                return Err(nothing_left(&passed_over(w.conn, by, 0)?));
            };
            built_on::refuse(w.conn, seq, by, &undone)?;
            let namesakes = built_on::namesakes(w.conn)?;
            w.open_act(Some(undone.act))?;
            derived::refresh_liveness(w.conn)?;
            built_on::refuse_new_namesakes(w.conn, &namesakes, &undone)?;
            Ok(undone)
        })?;
        Ok(undone)
    }

    /// The live acts of somebody that are newer than this one and that [`UndoScope::Any`] leaves alone, newest first:
    /// what an undo on the command line has passed over.
    pub fn passed_over(&self, by: PersonId, act: ActId) -> Result<Vec<LogEntry>> {
        let seq = sql::first(&self.conn, "SELECT seq FROM act WHERE id = ?1", [act.as_bytes()], |row| Ok(row.get(0)?))?;
        passed_over(&self.conn, by, seq.unwrap_or(0))
    }

    /// Brings back what somebody took back last in a scope, unless they have done something since.
    pub fn redo(&mut self, by: PersonId, scope: &UndoScope) -> Result<Undone> {
        let (_, undone) = self.write(by, ActKind::Redo, |w| {
            let Some((undo, undone)) = redo_target(w.conn, by, scope)? else {
                return Err(Error::conflict("there is nothing to bring back"));
            };
            let namesakes = built_on::namesakes(w.conn)?;
            w.open_act(Some(undo))?;
            derived::refresh_liveness(w.conn)?;
            built_on::refuse_new_namesakes(w.conn, &namesakes, &undone)?;
            Ok(undone)
        })?;
        Ok(undone)
    }
}

/// The condition that an act `a` is in a scope; `?2` is the question or the act.
fn in_scope(scope: &UndoScope, a: &str) -> String {
    match scope {
        UndoScope::Any => format!(
            "?2 IS NULL AND {a}.kind IN ('answer', 'settle', 'review', 'calibration', 'label', 'setting', 'guidelines', 'field', 'question', 'person', 'split', 'reply', 'run')
             AND NOT EXISTS (SELECT 1 FROM question_revision x WHERE x.act = {a}.seq AND x.revision = 1)
             AND NOT EXISTS (SELECT 1 FROM person_revision x WHERE x.act = {a}.seq AND x.revision = 1)"
        ),
        UndoScope::Question(_) => format!(
            "{a}.kind IN ('answer', 'label') AND (
                EXISTS (SELECT 1 FROM answer x JOIN question q ON q.seq = x.question WHERE x.act = {a}.seq AND q.id = ?2)
                OR EXISTS (SELECT 1 FROM label_revision x JOIN question q ON q.seq = x.question
                           WHERE x.act = {a}.seq AND q.id = ?2))"
        ),
        UndoScope::Rulings(_) => format!(
            "{a}.kind IN ('settle', 'review') AND (
                EXISTS (SELECT 1 FROM ruling x JOIN question q ON q.seq = x.question WHERE x.act = {a}.seq AND q.id = ?2)
                OR EXISTS (SELECT 1 FROM review x JOIN question q ON q.seq = x.question
                           WHERE x.act = {a}.seq AND q.id = ?2))"
        ),
        UndoScope::Decisions(_) => format!(
            "{a}.kind = 'run' AND EXISTS (SELECT 1 FROM run_decision x JOIN question q ON q.seq = x.question
                                          WHERE x.act = {a}.seq AND q.id = ?2)"
        ),
        UndoScope::Act(_) => format!("{a}.id = ?2"),
    }
}

fn scope_id(scope: &UndoScope) -> Option<&[u8]> {
    match scope {
        UndoScope::Any => None,
        UndoScope::Question(id) | UndoScope::Rulings(id) | UndoScope::Decisions(id) => Some(id.as_bytes()),
        UndoScope::Act(id) => Some(id.as_bytes()),
    }
}

fn target(conn: &Connection, by: PersonId, scope: &UndoScope) -> Result<Option<(i64, Undone)>> {
    if let UndoScope::Act(act) = scope {
        return one_act(conn, by, *act).map(Some);
    }
    let query = format!(
        "SELECT a.seq FROM act a WHERE a.person = ?1 AND {} AND a.seq NOT IN (SELECT act FROM dead)
         ORDER BY a.seq DESC LIMIT 1",
        in_scope(scope, "a")
    );
    let newest = sql::first(conn, &query, (by.as_bytes(), scope_id(scope)), |row| Ok(row.get::<_, i64>(0)?))?;
    newest.map(|seq| Ok((seq, describe(conn, seq)?))).transpose()
}

/// An act that was named, if it can be taken back by this person.
fn one_act(conn: &Connection, by: PersonId, act: ActId) -> Result<(i64, Undone)> {
    let found = sql::first(
        conn,
        "SELECT seq, kind, person, seq IN (SELECT act FROM dead) FROM act WHERE id = ?1",
        [act.as_bytes()],
        |row| Ok((row.get(0)?, sql::word(row, 1)?, sql::id(row, 2)?, row.get::<_, bool>(3)?)),
    )?;
    let Some((seq, kind, person, dead)) = found else {
        return Err(Error::usage(format!("no act has the id {act}")).hint("karat log shows the ids"));
    };
    if !matches!(
        kind,
        ActKind::Answer | ActKind::Label | ActKind::Settle | ActKind::Review | ActKind::Calibration | ActKind::Import
    ) {
        return Err(Error::usage(format!("an act of the kind {kind} cannot be taken back")));
    }
    if dead {
        return Err(Error::conflict("that act was taken back already"));
    }
    let lead = people::people(conn)?.iter().any(|p| p.id == by && p.role == crate::domain::Role::Lead);
    if person != by && !lead {
        let name = acts::name_of(conn, person)?;
        return Err(
            Error::conflict(format!("that was done by {name}")).hint(format!("{name} or a lead can take it back"))
        );
    }
    Ok((seq, describe(conn, seq)?))
}

fn redo_target(conn: &Connection, by: PersonId, scope: &UndoScope) -> Result<Option<(ActId, Undone)>> {
    let query = format!(
        "SELECT a.kind, a.id, t.seq FROM act a LEFT JOIN act t ON t.id = a.undoes
         WHERE a.person = ?1 AND a.seq NOT IN (SELECT act FROM dead)
            AND ((a.kind = 'undo' AND {}) OR ({})) ORDER BY a.seq DESC LIMIT 1",
        in_scope(scope, "t"),
        in_scope(scope, "a"),
    );
    let newest = sql::first(conn, &query, (by.as_bytes(), scope_id(scope)), |row| {
        Ok((sql::word::<ActKind>(row, 0)?, sql::id(row, 1)?, row.get::<_, Option<i64>>(2)?))
    })?;
    match newest {
        Some((ActKind::Undo, undo, Some(seq))) => Ok(Some((undo, describe(conn, seq)?))),
        _ => Ok(None),
    }
}

/// Live acts of somebody after one that are out of [`UndoScope::Any`], newest first; not their own coming, nor what a
/// screen does by itself.
fn passed_over(conn: &Connection, by: PersonId, after: i64) -> Result<Vec<LogEntry>> {
    let which = format!(
        "a.person = ?1 AND a.seq > ?3 AND a.seq NOT IN (SELECT act FROM dead)
         AND a.kind NOT IN ('undo', 'redo', 'read', 'round', 'snapshot') AND NOT ({})
         AND NOT EXISTS (SELECT 1 FROM person_revision x JOIN person p ON p.seq = x.person
                         WHERE x.act = a.seq AND x.revision = 1 AND p.id = a.person)",
        in_scope(&UndoScope::Any, "a")
    );
    log::entries(conn, &which, (by.as_bytes(), None::<&[u8]>, after))
}

fn nothing_left(passed: &[LogEntry]) -> Error {
    let error = Error::conflict("there is nothing to take back");
    match passed.first() {
        None => error,
        Some(newest) if newest.act.kind == ActKind::Import => {
            error.hint(format!("an import is taken back by its id: karat import --undo {}", newest.act.id))
        }
        Some(newest) => error.hint(format!("your newest act cannot be taken back: {}", newest.summary)),
    }
}

fn describe(conn: &Connection, seq: i64) -> Result<Undone> {
    let item = sql::first(
        conn,
        "SELECT min(item) FROM (SELECT item FROM answer WHERE act = ?1 UNION SELECT item FROM ruling WHERE act = ?1)
         HAVING count(*) = 1",
        [seq],
        |row| Ok(row.get(0)?),
    )?;
    let summary = summary(conn, &Names::of(conn)?, seq, None)?;
    sql::first(conn, "SELECT id, kind, at_utc_ms FROM act WHERE seq = ?1", [seq], |row| {
        Ok(Undone { act: sql::id(row, 0)?, kind: sql::word(row, 1)?, at: row.get(2)?, item, summary })
    })?
    .ok_or_else(|| Error::internal(format!("act {seq} is missing")))
}
