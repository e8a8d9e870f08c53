//! The log: who did what, in words.

use super::facts::TABLES;
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
    let entry = |(seq, act, live): (i64, Act, bool)| {
        let summary = summary(conn, seq, act.undoes)?;
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

/// What an act holds, in words.
pub(super) fn summary(conn: &Connection, act: i64, undoes: Option<ActId>) -> Result<String> {
    if let Some(target) = undoes {
        let target = sql::first(conn, "SELECT seq, undoes FROM act WHERE id = ?1", [target.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, sql::maybe_id(row, 1)?))
        })?;
        return match target {
            Some((seq, undoes)) => Ok(format!("takes back: {}", summary(conn, seq, undoes)?)),
            None => Ok("takes back an act that is not here".to_owned()),
        };
    }
    if let Some(said) = one_answer(conn, act)?.or(changes(conn, act)?) {
        return Ok(said);
    }
    let mut parts = Vec::new();
    for table in TABLES {
        let n: u32 = sql::value(conn, &format!("SELECT count(*) FROM {} WHERE act = ?1", table.name), [act])?;
        let (one, many) = table.called;
        match n {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    Ok(if parts.is_empty() { "joins the copies".to_owned() } else { parts.join(", ") })
}

/// "positive to r-12", where an act is one answer or ruling.
fn one_answer(conn: &Connection, act: i64) -> Result<Option<String>> {
    for table in ["answer", "ruling"] {
        let skip = if table == "answer" { "x.skip" } else { "NULL" };
        let query = format!(
            "SELECT coalesce((SELECT l.name FROM label_revision l WHERE '\"' || lower(hex(l.label)) || '\"' = v.body
                    ORDER BY l.revision DESC LIMIT 1), v.body),
                {skip}, coalesce(i.id, substr(lower(hex(i.key)), 1, 12)), count(*) OVER ()
             FROM {table} x JOIN item i ON i.seq = x.item LEFT JOIN content v ON v.id = x.value WHERE x.act = ?1 LIMIT 1"
        );
        let found = sql::first(conn, &query, [act], |row| {
            Ok((
                row.get::<_, Option<String>>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, u32>(3)?,
            ))
        })?;
        match found {
            Some((Some(value), _, item, 1)) => return Ok(Some(format!("{value} to {item}"))),
            Some((None, Some(reason), item, 1)) => return Ok(Some(format!("{item} skipped: {reason}"))),
            Some((None, None, item, 1)) => return Ok(Some(format!("{item} skipped"))),
            _ => {}
        }
    }
    Ok(None)
}

/// "batch: 5", "ben is called benny", "ben has left: moved on", where an act is changes of settings, of the name or role
/// of what was there, or of who takes part.
fn changes(conn: &Connection, act: i64) -> Result<Option<String>> {
    let query =
        "SELECT iif(name LIKE 'goal.%', 'goal', name) || ': ' || iif(value = 'null', 'default', trim(value, '\"'))
            FROM setting_revision WHERE act = ?1 AND (SELECT kind FROM act WHERE seq = ?1) = 'setting'
        UNION ALL
        SELECT coalesce(b.body, 'somebody erased')
                || iif(o.name = x.name, ' is ' || x.role, ' is called ' || coalesce(c.body, 'erased'))
            FROM person_revision x JOIN content c ON c.id = x.name
            JOIN person_revision o ON o.person = x.person AND o.revision = x.revision - 1
            JOIN content b ON b.id = o.name WHERE x.act = ?1
        UNION ALL
        SELECT coalesce(b.body, 'somebody erased') || CASE x.state WHEN 'here' THEN ' is back'
                WHEN 'left' THEN ' has left' ELSE ' has left and counts no more' END
                || coalesce(': ' || c.body, '')
            FROM presence x LEFT JOIN content c ON c.id = x.reason
            JOIN person_revision o ON o.person = x.person AND o.act NOT IN (SELECT act FROM dead)
                AND o.revision = (SELECT max(y.revision) FROM person_revision y
                                  WHERE y.person = x.person AND y.act NOT IN (SELECT act FROM dead))
            JOIN content b ON b.id = o.name WHERE x.act = ?1
        UNION ALL
        SELECT o.name || ' is called ' || x.name FROM question_revision x
            JOIN question_revision o ON o.question = x.question AND o.revision = x.revision - 1 WHERE x.act = ?1
        UNION ALL
        SELECT 'who sees ' || name FROM field_revision
            WHERE act = ?1 AND (SELECT kind FROM act WHERE seq = ?1) = 'field'";
    let changes: Vec<String> = sql::list(conn, query, [act], |row| Ok(row.get(0)?))?;
    Ok(if changes.is_empty() { None } else { Some(changes.join(", ")) })
}
