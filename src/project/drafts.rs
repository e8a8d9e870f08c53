//! Half-made answers: toggles, spans and notes that come back after a dropped line. They are no facts.

use super::{Project, people, presence, questions, sql};
use crate::domain::{PersonId, QuestionId};
use crate::error::Result;
use rusqlite::TransactionBehavior;
use serde_json::Value as Json;

impl Project {
    /// Keeps a draft, in place of the one before; JSON null clears it.
    pub fn put_draft(&mut self, question: QuestionId, person: PersonId, item: u32, body: &Json) -> Result<()> {
        let now = self.place.now();
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        presence::refuse_absent(&tx, person)?;
        let (question, person) = (questions::question_seq(&tx, question)?, people::person_seq(&tx, person)?);
        if body.is_null() {
            clear(&tx, question, item, person)?;
        } else {
            sql::run(
                &tx,
                "INSERT INTO draft (question, item, person, body, at_utc_ms) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (question, item, person) DO UPDATE SET body = ?4, at_utc_ms = ?5",
                (question, item, person, body.to_string(), now),
            )?;
        }
        Ok(tx.commit()?)
    }

    /// Somebody's draft about an item.
    pub fn draft(&self, question: QuestionId, person: PersonId, item: u32) -> Result<Option<Json>> {
        let (question, person) =
            (questions::question_seq(&self.conn, question)?, people::person_seq(&self.conn, person)?);
        sql::first(
            &self.conn,
            "SELECT body FROM draft WHERE question = ?1 AND item = ?2 AND person = ?3",
            (question, item, person),
            |row| sql::json(&row.get::<_, String>(0)?),
        )
    }

    /// The items of which somebody has drafts, newest first.
    pub fn drafts(&self, question: QuestionId, person: PersonId) -> Result<Vec<u32>> {
        let (question, person) =
            (questions::question_seq(&self.conn, question)?, people::person_seq(&self.conn, person)?);
        sql::list(
            &self.conn,
            "SELECT item FROM draft WHERE question = ?1 AND person = ?2 ORDER BY at_utc_ms DESC, item",
            (question, person),
            |row| Ok(row.get(0)?),
        )
    }
}

/// Clears a draft, as the answer that it became is saved.
pub(super) fn clear(conn: &rusqlite::Connection, question: i64, item: u32, person: i64) -> Result<()> {
    sql::run(conn, "DELETE FROM draft WHERE question = ?1 AND item = ?2 AND person = ?3", (question, item, person))?;
    Ok(())
}
