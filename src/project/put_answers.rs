//! Answers going in: one by one as they are given, or a file of them.

use super::content::{self, Held};
use super::facts::{self, Cell};
use super::{Writer, acts, derived, drafts, questions, sql};
use crate::domain::{AnswerId, Digest, How, PersonId, QuestionId, Said, Span, Value};
use crate::error::{Error, Result};
use crate::ids;

/// An answer about to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAnswer {
    /// Who was asked.
    pub person: PersonId,
    /// What.
    pub question: QuestionId,
    /// About which item.
    pub item: u32,
    /// The text that was read; none means the one that holds now.
    pub text_hash: Option<Digest>,
    /// What was said.
    pub said: Said,
    /// Raised for others to look at.
    pub flag: bool,
    /// A remark.
    pub note: Option<String>,
    /// How it was served and given.
    pub how: How,
    /// The source of an imported answer: its id then follows from its content, so that the same again adds nothing.
    pub source: Option<String>,
}

impl Writer<'_> {
    /// Saves an answer in place of what this person said before, and clears the draft of it. An imported one that is
    /// there already adds nothing, and leaves drafts alone.
    pub fn add_answer(&mut self, new: &NewAnswer) -> Result<Option<AnswerId>> {
        let (question, person) = (self.question_seq(new.question)?, self.person_seq(new.person)?);
        let item = self.item_for_answer(new.item, new.text_hash)?;
        let value = match &new.said {
            Said::Value(value) => Some(self.hold_checked(new.question, &item, value)?),
            Said::Skipped(_) => None,
        };
        let id = match &new.source {
            None => ids::fresh(self.at()),
            Some(source) => match self.imported_id(new, source, item.key, value.as_ref())? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        let supersedes = self.standing(question, new.item, person)?;
        let note = self.hold_some(new.note.as_deref())?;
        let skip = match new.said {
            Said::Skipped(Some(reason)) => Some(reason.as_str()),
            _ => None,
        };
        let how = &new.how;
        self.fact(
            &facts::ANSWER,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(person, new.person.as_bytes()),
                Cell::Ref(question, new.question.as_bytes()),
                Cell::Ref(new.item.into(), &item.key),
                Cell::Int(item.revision),
                item.text.cell(),
                Cell::held(value.as_ref()),
                Cell::text(skip),
                Cell::Int(i64::from(new.flag)),
                Cell::held(note.as_ref()),
                if supersedes.is_empty() { Cell::Null } else { Cell::Blob(&supersedes) },
                Cell::Text(how.lane.as_str()),
                Cell::int(how.round.map(i64::from)),
                Cell::int(how.rank.map(i64::from)),
                Cell::real(how.selection_probability),
                Cell::Text(how.origin.as_str()),
                Cell::Text(how.suggestion.as_str()),
                Cell::Int(how.guidelines.into()),
                Cell::Int(how.labels.into()),
                Cell::int(how.shown_at),
                Cell::int(how.active_ms),
                Cell::int(how.imported_at),
                how.review.as_ref().map_or(Cell::Null, |review| Cell::Blob(review.as_bytes())),
            ],
        )?;
        let seq = self.conn.last_insert_rowid();
        sql::run(
            self.conn,
            "INSERT INTO now_answer (question, item, person, answer) SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM now_presence WHERE person = ?3 AND state = 'excluded')
             ON CONFLICT (question, item, person) DO UPDATE SET answer = ?4",
            (question, new.item, person, seq),
        )?;
        if new.source.is_none() {
            drafts::clear(self.conn, question, new.item, person)?;
        }
        Ok(Some(id))
    }

    /// Puts a value into the file that can be said of an item: its spans within the text, its rating on the scale.
    pub(super) fn hold_checked(&self, question: QuestionId, item: &ItemRef, value: &Value) -> Result<Held> {
        match value {
            Value::Rating(rating) => questions::scale(self.conn, question)?.check(*rating)?,
            Value::Spans(spans) if !spans.is_empty() => {
                // An erased text has no length any more.
                if let (_, Some(text)) = content::body(self.conn, item.text.id)? {
                    let chars = text.chars().count();
                    spans.iter().try_for_each(|span| Span::check(span.start, span.end, chars))?;
                }
            }
            _ => {}
        }
        self.hold_value(value)
    }

    /// The ids of what somebody says now about an item, whether it counts or not: one, or several where copies were
    /// labelled apart.
    fn standing(&self, question: i64, item: u32, person: i64) -> Result<Vec<u8>> {
        let group = (question, item, person);
        let says: bool = sql::value(
            self.conn,
            "SELECT EXISTS (SELECT 1 FROM answer WHERE question = ?1 AND item = ?2 AND person = ?3)",
            group,
        )?;
        if !says {
            return Ok(Vec::new());
        }
        let only = "AND f.question = ?1 AND f.item = ?2 AND f.person = ?3";
        let query = format!(
            "{} SELECT DISTINCT f.id FROM answer f WHERE f.act NOT IN (SELECT act FROM dead)
                AND f.id NOT IN (SELECT id FROM replaced) {only} ORDER BY f.id",
            derived::replaced(only)
        );
        let ids: Vec<AnswerId> = sql::list(self.conn, &query, group, |row| sql::id(row, 0))?;
        Ok(acts::pack(&ids))
    }

    /// The id of an imported answer; none where a live one has it. An undone one leaves its id used, so that the
    /// same import again takes the next.
    fn imported_id(
        &self,
        new: &NewAnswer,
        source: &str,
        item: [u8; 32],
        value: Option<&Held>,
    ) -> Result<Option<AnswerId>> {
        let time = new.how.imported_at.map(i64::to_le_bytes);
        for again in 0u32.. {
            let id: AnswerId = ids::of_parts(&[
                source.as_bytes(),
                &item,
                new.question.as_bytes(),
                new.person.as_bytes(),
                value.map_or(&[][..], |held| &held.hash.0),
                time.as_ref().map_or(&[][..], |t| &t[..]),
                &again.to_le_bytes(),
            ]);
            let live: Option<bool> = sql::first(
                self.conn,
                "SELECT max(act NOT IN (SELECT act FROM dead)) FROM answer WHERE id = ?1",
                [id.as_bytes()],
                |row| Ok(row.get(0)?),
            )?
            .flatten();
            match live {
                Some(true) => return Ok(None),
                Some(false) => {}
                None => return Ok(Some(id)),
            }
        }
        Ok(None)
    }

    /// The version of an item that an answer or a ruling is bound to.
    pub(super) fn item_for_answer(&self, item: u32, read: Option<Digest>) -> Result<ItemRef> {
        let now = sql::first(
            self.conn,
            "SELECT i.key, n.revision, n.text, t.hash FROM now_item n JOIN item i ON i.seq = n.item
             JOIN content t ON t.id = n.text WHERE n.item = ?1",
            [item],
            |row| {
                let text = Held { id: row.get(2)?, hash: sql::digest(row, 3)? };
                Ok(ItemRef { key: row.get(0)?, revision: row.get(1)?, text })
            },
        )?
        .ok_or_else(|| {
            Error::data(format!("there is no item in row {item}")).hint("its import may have been undone")
        })?;
        match read {
            Some(read) if read != now.text.hash => {
                let text = content::held(self.conn, read)?;
                let old = text.map(|text| -> Result<Option<ItemRef>> {
                    sql::first(
                        self.conn,
                        "SELECT max(revision) FROM item_version WHERE item = ?1 AND text = ?2 HAVING max(revision) IS NOT NULL",
                        (item, text.id),
                        |row| Ok(ItemRef { key: now.key, revision: row.get(0)?, text }),
                    )
                });
                old.transpose()?
                    .flatten()
                    .ok_or_else(|| Error::conflict("the item never had the text that was answered"))
            }
            _ => Ok(now),
        }
    }
}

/// An item and one of its texts.
pub(super) struct ItemRef {
    pub key: [u8; 32],
    pub revision: i64,
    pub text: Held,
}
