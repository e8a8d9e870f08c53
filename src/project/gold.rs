//! Gold: the hidden truth of items, imported. It neither removes an item from the queue nor trains anything.

use super::answers::Values;
use super::facts::{self, Cell};
use super::{Project, Writer, questions, sql};
use crate::domain::{Question, QuestionId, Value};
use crate::error::Result;

impl Project {
    /// The gold values of a question, by item row.
    pub fn gold(&self, question: &Question) -> Result<Vec<(u32, Value)>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let mut gold = Vec::new();
        let query = "SELECT g.item, g.value, c.body FROM now_gold g JOIN content c ON c.id = g.value
                     JOIN now_item i ON i.item = g.item WHERE g.question = ?1 ORDER BY g.item";
        sql::each(&self.conn, query, [seq], |row| {
            if let Some(value) = values.value(row, 1, 2)? {
                gold.push((row.get(0)?, value));
            }
            Ok(())
        })?;
        Ok(gold)
    }
}

impl Writer<'_> {
    /// Records the truth of an item; false where it was known just so.
    pub fn put_gold(&mut self, question: QuestionId, item: u32, value: &Value) -> Result<bool> {
        let seq = self.question_seq(question)?;
        let key = self.item_for_answer(item, None)?.key;
        let value = self.hold_value(value)?;
        let now: Option<i64> = sql::first(
            self.conn,
            "SELECT value FROM now_gold WHERE question = ?1 AND item = ?2",
            (seq, item),
            |row| Ok(row.get(0)?),
        )?;
        if now == Some(value.id) {
            return Ok(false);
        }
        let revision: i64 = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM gold WHERE question = ?1 AND item = ?2",
            (seq, item),
        )?;
        self.fact(
            facts::GOLD,
            &[Cell::Ref(seq, question.as_bytes()), Cell::Ref(item.into(), &key), Cell::Int(revision), value.cell()],
        )?;
        sql::run(
            self.conn,
            "INSERT INTO now_gold (question, item, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (question, item) DO UPDATE SET value = ?3",
            (seq, item, value.id),
        )?;
        Ok(true)
    }
}
