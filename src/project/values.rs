//! Stored values read as they count now: of their question's kind, merged labels resolved.

use super::labels::{Merges, Set};
use super::sql;
use crate::domain::{Kind, QuestionId, Said, SkipReason, Value};
use crate::error::Result;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::HashMap;

/// Reads stored values of one question as they count now; equal ones are parsed once.
pub(super) struct Values {
    kind: Kind,
    merges: Merges,
    seen: HashMap<i64, Option<Value>>,
}

impl Values {
    pub(super) fn new(conn: &Connection, question: QuestionId, kind: Kind) -> Result<Self> {
        Ok(Self { kind, merges: Set::read(conn, question)?.merges(), seen: HashMap::new() })
    }

    /// The value of a content, from the columns of its number and its body; none where it was erased.
    pub(super) fn value(&mut self, row: &Row<'_>, id: usize, body: usize) -> Result<Option<Value>> {
        let content: i64 = row.get(id)?;
        if let Some(value) = self.seen.get(&content) {
            return Ok(value.clone());
        }
        let value = match row.get::<_, Option<String>>(body)? {
            None => None,
            Some(body) => {
                let value = Value::from_json(self.kind, &sql::json(&body)?);
                Some(self.merges.value(value.ok_or_else(|| sql::damaged(&"a value is not of its question's kind"))?))
            }
        };
        self.seen.insert(content, value.clone());
        Ok(value)
    }

    /// What was said, from the columns value, body and reason; an erased value reads as skipped.
    pub(super) fn said(&mut self, row: &Row<'_>, value: usize) -> Result<Said> {
        if row.get_ref(value)? != ValueRef::Null
            && let Some(value) = self.value(row, value, value + 1)?
        {
            return Ok(Said::Value(value));
        }
        let reason: Option<SkipReason> = match row.get_ref(value + 2)? {
            ValueRef::Null => None,
            _ => Some(sql::word(row, value + 2)?),
        };
        Ok(Said::Skipped(reason))
    }
}
