//! The log: who did what, in words.

use super::summary::{Names, summary};
use super::{Project, acts, people, sql};
use crate::domain::{Act, ActId, ActKind, PersonId};
use crate::error::Result;
use rusqlite::{Connection, Params, Row};

/// One entry of the log, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The act.
    pub act: Act,
    /// The name of whoever did it; none once erased.
    pub person: Option<String>,
    /// What it holds: "positive to r-12", "3 labels, 2 items".
    pub summary: String,
    /// Whether it was not undone.
    pub live: bool,
}

const ACT: &str =
    "SELECT a.seq, a.id, a.kind, a.person, u.body, a.host, a.at_utc_ms, a.undoes, a.parents, a.body_hash, a.hash,
        a.seq NOT IN (SELECT act FROM dead)
    FROM act a JOIN content u ON u.id = a.os_user";

impl Project {
    /// The ids of every act of a kind, oldest first.
    pub fn acts_of(&self, kind: ActKind) -> Result<Vec<ActId>> {
        sql::list(&self.conn, "SELECT id FROM act WHERE kind = ?1 ORDER BY seq", [kind.as_str()], |row| sql::id(row, 0))
    }

    /// The newest acts, newest first.
    pub fn log(&self, limit: u32) -> Result<Vec<LogEntry>> {
        self.reading(|conn| entries(conn, "a.seq > (SELECT coalesce(max(seq), 0) FROM act) - ?1", [limit]))
    }
}

/// The acts `a` that a condition holds for, newest first.
pub(super) fn entries(conn: &Connection, which: &str, params: impl Params) -> Result<Vec<LogEntry>> {
    let people = people::people(conn)?;
    let name = |id: PersonId| people.iter().find(|p| p.id == id).and_then(|p| p.name.clone());
    let acts = sql::list(conn, &format!("{ACT} WHERE {which} ORDER BY a.seq DESC"), params, |row| {
        Ok((row.get::<_, i64>(0)?, act(row)?, row.get::<_, bool>(11)?))
    })?;
    let names = Names::of(conn)?;
    let entry = |(seq, act, live): (i64, Act, bool)| {
        let summary = summary(conn, &names, seq, act.undoes)?;
        Ok(LogEntry { person: name(act.person), act, summary, live })
    };
    acts.into_iter().map(entry).collect()
}

impl Project {
    /// The kinds of the acts after one ([`Project::last_act`]), and of those that they undo.
    pub fn kinds_since(&self, act: i64) -> Result<Vec<ActKind>> {
        let query = "WITH RECURSIVE changed (seq) AS (
                SELECT seq FROM act WHERE seq > ?1
                UNION SELECT t.seq FROM changed c JOIN act u ON u.seq = c.seq JOIN act t ON t.id = u.undoes
            ) SELECT DISTINCT kind FROM act WHERE seq IN (SELECT seq FROM changed)";
        sql::list(&self.conn, query, [act], |row| sql::word(row, 0))
    }
}

fn act(row: &Row<'_>) -> Result<Act> {
    let parents: Vec<u8> = row.get(8)?;
    Ok(Act {
        id: sql::id(row, 1)?,
        kind: sql::word(row, 2)?,
        person: sql::id(row, 3)?,
        os_user: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        host: row.get(5)?,
        at: row.get(6)?,
        undoes: sql::maybe_id(row, 7)?,
        parents: acts::unpack(&parents).collect(),
        body_hash: sql::digest(row, 9)?,
        hash: sql::digest(row, 10)?,
    })
}
