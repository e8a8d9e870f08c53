//! Gold: the hidden truth of items, imported. It neither removes an item from the queue nor trains anything.

use super::facts::{self, Cell};
use super::values::Values;
use super::{Project, Writer, questions, sql};
use crate::domain::{Question, QuestionId, Value};
use crate::error::{Error, Result};

/// How often progress is told, in values.
const STRIDE: usize = 4_096;

impl Project {
    /// The gold values of a question, by item row. A label that was split is the truth of nothing any more.
    pub fn gold(&self, question: &Question) -> Result<Vec<(u32, Value)>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let mut gold = Vec::new();
        let query = "SELECT g.item, g.value, c.body FROM now_gold g JOIN content c ON c.id = g.value
                     JOIN now_item i ON i.item = g.item WHERE g.question = ?1 ORDER BY g.item";
        sql::each(&self.conn, query, [seq], |row| {
            let value = values.value(row, 1, 2)?.filter(|value| !question.is_split(value));
            gold.extend(value.map(|value| Ok::<_, Error>((row.get(0)?, value))).transpose()?);
            Ok(())
        })?;
        Ok(gold)
    }
}

impl Writer<'_> {
    /// Records the truth of an item; false where it was known just so.
    pub fn put_gold(&mut self, question: QuestionId, item: u32, value: &Value) -> Result<bool> {
        let seq = self.question_seq(question)?;
        let described = self.item_for_answer(item, None)?;
        let (key, value) = (described.key, self.hold_checked(question, &described, value)?);
        let (now, last): (Option<i64>, i64) = sql::first(
            self.conn,
            "SELECT (SELECT value FROM now_gold WHERE question = ?1 AND item = ?2),
                (SELECT coalesce(max(revision), 0) FROM gold WHERE question = ?1 AND item = ?2)",
            (seq, item),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .unwrap_or_default();
        if now == Some(value.id) {
            return Ok(false);
        }
        self.fact(
            &facts::GOLD,
            &[Cell::Ref(seq, question.as_bytes()), Cell::Ref(item.into(), &key), Cell::Int(last + 1), value.cell()],
        )?;
        sql::run(
            self.conn,
            "INSERT INTO now_gold (question, item, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (question, item) DO UPDATE SET value = ?3",
            (seq, item, value.id),
        )?;
        Ok(true)
    }

    /// Records the truth of many items; how many were not known just so. `progress` is told how many are done.
    pub fn put_all_gold(
        &mut self,
        question: QuestionId,
        values: &[(u32, Value)],
        progress: &mut dyn FnMut(usize),
    ) -> Result<usize> {
        let mut changed = 0;
        for (done, (item, value)) in values.iter().enumerate() {
            changed += usize::from(self.put_gold(question, *item, value)?);
            if done % STRIDE == 0 {
                progress(done);
            }
        }
        Ok(changed)
    }
}
