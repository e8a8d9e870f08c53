//! Texts, field values, notes, names and answers' values: each stands once, under its hash, and facts point at it.
//! `karat erase` alone may blank one.

use super::facts::Cell;
use super::{Writer, sql};
use crate::domain::{Digest, Value};
use crate::error::{Error, Result};
use rusqlite::Connection;

/// So many contents' numbers are remembered in one act.
const REMEMBERED: usize = 16_384;

/// A content that is in the file: its local number and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub id: i64,
    pub hash: Digest,
}

impl Held {
    pub(super) fn cell(&self) -> Cell<'_> {
        Cell::Ref(self.id, &self.hash.0)
    }
}

impl Writer<'_> {
    /// Puts a content into the file, where it is not there already.
    pub(super) fn hold(&self, body: &str) -> Result<Held> {
        self.hold_hashed(self.keys.content(body), body)
    }

    /// The same for a body that was hashed before.
    pub(super) fn hold_hashed(&self, hash: Digest, body: &str) -> Result<Held> {
        if let Some(id) = self.memo.contents.borrow().get(&hash) {
            return Ok(Held { id: *id, hash });
        }
        let held = match held(self.conn, hash)? {
            Some(held) => held,
            None => {
                sql::run(self.conn, "INSERT INTO content (hash, body) VALUES (?1, ?2)", (hash.0, body))?;
                Held { id: self.conn.last_insert_rowid(), hash }
            }
        };
        let mut contents = self.memo.contents.borrow_mut();
        if contents.len() >= REMEMBERED {
            contents.clear();
        }
        contents.insert(hash, held.id);
        Ok(held)
    }

    /// The same for something that may be missing; an empty one is.
    pub(super) fn hold_some(&self, body: Option<&str>) -> Result<Option<Held>> {
        body.filter(|b| !b.is_empty()).map(|b| self.hold(b)).transpose()
    }

    /// Puts a value into the file, as its canonical JSON.
    pub(super) fn hold_value(&self, value: &Value) -> Result<Held> {
        self.hold(&value.to_json().to_string())
    }
}

/// The content of a hash, if it is in the file.
pub(super) fn held(conn: &Connection, hash: Digest) -> Result<Option<Held>> {
    sql::first(conn, "SELECT id FROM content WHERE hash = ?1", [hash.0], |row| Ok(Held { id: row.get(0)?, hash }))
}

/// The content of a local number: its hash and its body, none where it was erased.
pub(super) fn body(conn: &Connection, id: i64) -> Result<(Held, Option<String>)> {
    sql::first(conn, "SELECT hash, body FROM content WHERE id = ?1", [id], |row| {
        Ok((Held { id, hash: sql::digest(row, 0)? }, row.get(1)?))
    })?
    .ok_or_else(|| Error::internal(format!("content {id} is missing")))
}
