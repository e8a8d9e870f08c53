//! Items that are sent back to be answered once more, and what came of it.
//!
//! A review is open until somebody gives the item a value for it, or later for another review of the item: copies that
//! went apart may each have sent it, and one answer is enough. That is a matter of facts alone, so that two copies that
//! merge agree on it.

use super::facts::{self, Cell};
use super::presence::EXCLUDED;
use super::values::Values;
use super::{Project, Writer, questions, sql};
use crate::domain::{ItemKey, Question, QuestionId, Review, ReviewCause, ReviewId, Said, Value};
use crate::error::Result;
use crate::ids;

/// A review about to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// The question.
    pub question: QuestionId,
    /// The item.
    pub item: u32,
    /// Why.
    pub cause: ReviewCause,
    /// A remark: the expression or the method that chose the item.
    pub note: Option<String>,
}

/// What answers a review: a live answer with a value, of somebody whose answers count, that names it, or names another one
/// of the item and is younger than this one. Ids of answers and reviews begin with their time.
const ANSWERED: &str = "EXISTS (SELECT 1 FROM answer a WHERE a.item = r.item AND a.question = r.question
    AND a.value IS NOT NULL AND (a.review = r.id OR (a.review IS NOT NULL AND a.id > r.id))
    AND a.act NOT IN (SELECT act FROM dead)
    AND a.person NOT IN (SELECT person FROM now_presence WHERE state = 'excluded'))";

impl Project {
    /// Every live review of a question with its item's row, in the order of sending.
    pub fn reviews(&self, question: &Question) -> Result<Vec<(u32, Review)>> {
        let query = format!(
            "SELECT r.item, r.id, i.key, r.cause, n.body, t.person, t.at_utc_ms, {ANSWERED}
             FROM review r JOIN act t ON t.seq = r.act JOIN item i ON i.seq = r.item LEFT JOIN content n ON n.id = r.note
             WHERE r.question = ?1 AND r.act NOT IN (SELECT act FROM dead) ORDER BY r.seq"
        );
        sql::list(&self.conn, &query, [questions::question_seq(&self.conn, question.id)?], |row| {
            let review = Review {
                id: sql::id(row, 1)?,
                item: ItemKey(row.get(2)?),
                cause: sql::word(row, 3)?,
                note: row.get(4)?,
                by: sql::id(row, 5)?,
                at: row.get(6)?,
                answered: row.get(7)?,
            };
            Ok((row.get(0)?, review))
        })
    }

    /// Of what an aggregation settled and somebody answered in review since: what was settled then, and what was said.
    /// Answers to a text that has changed since are left out.
    pub fn reviewed(&self, question: &Question) -> Result<Vec<(Value, Said)>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let query = format!(
            "SELECT g.value, w.body, a.value, v.body, a.skip, max(hex(a.id))
                     FROM review r JOIN ruling g ON g.act = r.act AND g.item = r.item AND g.question = r.question
                        AND g.origin = 'aggregated'
                     JOIN answer a ON a.review = r.id AND a.value IS NOT NULL
                     JOIN content w ON w.id = g.value JOIN content v ON v.id = a.value
                     WHERE r.question = ?1 AND r.cause = 'accepted' AND r.act NOT IN (SELECT act FROM dead)
                        AND a.act NOT IN (SELECT act FROM dead) AND a.person NOT IN ({EXCLUDED})
                        AND a.text IS (SELECT text FROM now_item n WHERE n.item = a.item)
                     GROUP BY r.id ORDER BY r.id"
        );
        let mut reviewed = Vec::new();
        sql::each(&self.conn, &query, [questions::question_seq(&self.conn, question.id)?], |row| {
            if let Some(settled) = values.value(row, 0, 1)? {
                reviewed.push((settled, values.said(row, 2)?));
            }
            Ok(())
        })?;
        Ok(reviewed)
    }

    /// The oldest open review of an item.
    pub fn open_review(&self, question: QuestionId, item: u32) -> Result<Option<ReviewId>> {
        let query = format!(
            "SELECT r.id FROM review r WHERE r.question = ?1 AND r.item = ?2
                AND r.act NOT IN (SELECT act FROM dead) AND NOT {ANSWERED} ORDER BY r.seq LIMIT 1"
        );
        sql::first(&self.conn, &query, (questions::question_seq(&self.conn, question)?, item), |row| sql::id(row, 0))
    }
}

impl Writer<'_> {
    /// Sends an item back; none comes back where it waits already: one answer is enough.
    pub fn send_to_review(&mut self, new: &NewReview) -> Result<Option<ReviewId>> {
        let question = self.question_seq(new.question)?;
        let item = self.item_for_answer(new.item, None)?;
        let waits: bool = sql::value(
            self.conn,
            &format!(
                "SELECT EXISTS (SELECT 1 FROM review r WHERE r.question = ?1 AND r.item = ?2
                    AND r.act NOT IN (SELECT act FROM dead) AND NOT {ANSWERED})"
            ),
            (question, new.item),
        )?;
        if waits {
            return Ok(None);
        }
        let id: ReviewId = ids::fresh(self.at());
        let note = self.hold_some(new.note.as_deref())?;
        self.fact(
            &facts::REVIEW,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(question, new.question.as_bytes()),
                Cell::Ref(new.item.into(), &item.key),
                Cell::Text(new.cause.as_str()),
                Cell::held(note.as_ref()),
            ],
        )?;
        Ok(Some(id))
    }
}
