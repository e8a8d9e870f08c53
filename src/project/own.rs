//! Answers by the lane that they were served in: what somebody was tried with, and what came back to them.

use super::values::Values;
use super::{Project, questions, sql};
use crate::clock::Millis;
use crate::domain::{Lane, PersonId, Question, Said, Value};
use crate::error::Result;

/// What somebody said about an item of known truth that was served to them as such.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Who.
    pub person: PersonId,
    /// The item's row.
    pub item: u32,
    /// What they said.
    pub said: Said,
    /// The truth as it is known now.
    pub truth: Value,
    /// When it was recorded, UTC milliseconds.
    pub at: Millis,
}

/// What somebody said about an item before and after it came back to them.
#[derive(Debug, Clone, PartialEq)]
pub struct CameBack {
    /// Who.
    pub person: PersonId,
    /// What they said before.
    pub before: Value,
    /// What they said when it came back.
    pub after: Value,
}

impl Project {
    /// What was said in the gold lane about items whose truth is known, of everybody or of one person, in the order of
    /// saying. Answers that were taken back or replaced are among them: what was said first was said.
    pub fn tried(&self, question: &Question, person: Option<PersonId>) -> Result<Vec<Tried>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let query = "SELECT p.id, a.item, a.value, v.body, a.skip, g.value, w.body, t.at_utc_ms
             FROM now_gold g CROSS JOIN answer a ON a.item = g.item AND a.question = g.question
             JOIN now_item i ON i.item = g.item JOIN person p ON p.seq = a.person JOIN act t ON t.seq = a.act
             JOIN content w ON w.id = g.value LEFT JOIN content v ON v.id = a.value
             WHERE g.question = ?1 AND a.lane = ?2 AND (?3 IS NULL OR p.id = ?3) ORDER BY t.at_utc_ms, a.seq";
        let mut tried = Vec::new();
        let person = person.map(|person| *person.as_bytes());
        sql::each(&self.conn, query, (seq, Lane::Gold.as_str(), person), |row| {
            if let Some(truth) = values.value(row, 5, 6)? {
                let (person, item, at) = (sql::id(row, 0)?, row.get(1)?, row.get(7)?);
                tried.push(Tried { person, item, said: values.said(row, 2)?, truth, at });
            }
            Ok(())
        })?;
        Ok(tried)
    }

    /// The truth of one item, where it is known. A label that was split is the truth of nothing any more.
    pub fn gold_of(&self, question: &Question, item: u32) -> Result<Option<Value>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let query = "SELECT g.value, c.body FROM now_gold g JOIN content c ON c.id = g.value
                     WHERE g.question = ?1 AND g.item = ?2";
        let seq = questions::question_seq(&self.conn, question.id)?;
        let truth = sql::first(&self.conn, query, (seq, item), |row| values.value(row, 0, 1))?.flatten();
        Ok(truth.filter(|truth| !question.is_split(truth)))
    }

    /// What everybody said about items that came back to them, with what they had said at least so long before about
    /// the same text. What replaced an answer of that lane saw it, and is no second opinion.
    pub fn came_back(&self, question: &Question, after: Millis) -> Result<Vec<CameBack>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let query = "SELECT p.id, b.value, w.body, a.value, v.body,
                max(coalesce(b.imported_utc_ms, u.at_utc_ms)), max(b.lane = ?2)
             FROM answer a JOIN act t ON t.seq = a.act JOIN person p ON p.seq = a.person
             JOIN answer b ON b.item = a.item AND b.question = a.question AND b.person = a.person
                AND instr(a.supersedes, b.id) > 0
             JOIN act u ON u.seq = b.act
             JOIN content v ON v.id = a.value JOIN content w ON w.id = b.value
             WHERE a.question = ?1 AND a.lane = ?2 AND a.text = b.text
                AND a.act NOT IN (SELECT act FROM dead) AND b.act NOT IN (SELECT act FROM dead)
             GROUP BY a.seq HAVING max(coalesce(b.imported_utc_ms, u.at_utc_ms)) + ?3 <= t.at_utc_ms
                AND NOT max(b.lane = ?2) ORDER BY a.seq";
        let mut came_back = Vec::new();
        sql::each(&self.conn, query, (seq, Lane::Again.as_str(), after), |row| {
            if let (Some(before), Some(after)) = (values.value(row, 1, 2)?, values.value(row, 3, 4)?) {
                came_back.push(CameBack { person: sql::id(row, 0)?, before, after });
            }
            Ok(())
        })?;
        Ok(came_back)
    }
}
