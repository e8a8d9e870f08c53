//! Gold: the hidden truth of items, imported. It neither removes an item from the queue nor trains anything.

use super::answers::Values;
use super::content::Held;
use super::facts::{self, Cell};
use super::{Project, Writer, questions, sql};
use crate::domain::{Question, QuestionId, Value};
use crate::error::{Error, Result};
use rusqlite::OptionalExtension as _;
use std::collections::HashMap;

/// How often progress is told, in values.
const STRIDE: usize = 4_096;

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

    /// Records the truth of many items; how many were not known just so. `progress` is told how many are done.
    pub fn put_all_gold(
        &mut self,
        question: QuestionId,
        values: &[(u32, Value)],
        progress: &mut dyn FnMut(usize),
    ) -> Result<usize> {
        let seq = self.question_seq(question)?;
        let conn = self.conn;
        let mut known: HashMap<u32, i64> = HashMap::new();
        sql::each(conn, "SELECT item, value FROM now_gold WHERE question = ?1", [seq], |row| {
            known.insert(row.get(0)?, row.get(1)?);
            Ok(())
        })?;
        // Gold that was undone has used up revisions as well.
        let ever: bool = sql::value(conn, "SELECT EXISTS (SELECT 1 FROM gold WHERE question = ?1)", [seq])?;
        let mut held: HashMap<String, Held> = HashMap::new();
        let mut fact = self.inserter(facts::GOLD)?;
        let mut key =
            conn.prepare_cached("SELECT i.key FROM now_item n JOIN item i ON i.seq = n.item WHERE n.item = ?1")?;
        let mut now = conn.prepare_cached(
            "INSERT INTO now_gold (question, item, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (question, item) DO UPDATE SET value = ?3",
        )?;
        let mut changed = 0;
        for (done, (item, value)) in values.iter().enumerate() {
            let json = value.to_json().to_string();
            let value = match held.get(&json) {
                Some(value) => *value,
                None => {
                    let value = self.hold(&json)?;
                    held.insert(json, value);
                    value
                }
            };
            if known.get(item) == Some(&value.id) {
                continue;
            }
            let item_key: Option<[u8; 32]> = key.query_row([item], |row| row.get(0)).optional()?;
            let item_key = item_key.ok_or_else(|| {
                Error::data(format!("there is no item in row {item}")).hint("its import may have been undone")
            })?;
            let revision: i64 = match ever || known.contains_key(item) {
                false => 1,
                true => sql::value(
                    conn,
                    "SELECT coalesce(max(revision), 0) + 1 FROM gold WHERE question = ?1 AND item = ?2",
                    (seq, item),
                )?,
            };
            let (asked, about) = (Cell::Ref(seq, question.as_bytes()), Cell::Ref((*item).into(), &item_key));
            fact.add(self, &[asked, about, Cell::Int(revision), value.cell()])?;
            now.execute((seq, item, value.id))?;
            known.insert(*item, value.id);
            changed += 1;
            if done % STRIDE == 0 {
                progress(done);
            }
        }
        Ok(changed)
    }
}
