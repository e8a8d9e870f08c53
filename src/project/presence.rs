//! Who takes part. Whoever left has nothing before them any more and does nothing here until they return; what they
//! answered counts on, or not at all.

use super::facts::{self, Cell};
use super::{Project, Writer, acts, derived, people, sql};
use crate::clock::Millis;
use crate::domain::{PersonId, Presence, iso};
use crate::error::{Error, Result};
use rusqlite::Connection;

/// The people whose answers count nowhere.
pub(super) const EXCLUDED: &str = "SELECT person FROM now_presence WHERE state = 'excluded'";

/// How somebody left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Whether what they answered counts on.
    pub state: Presence,
    /// Who recorded it; none once erased.
    pub by: Option<String>,
    /// When, UTC milliseconds.
    pub at: Millis,
    /// Why; none once erased.
    pub reason: Option<String>,
}

/// What somebody has before them or under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holding {
    /// Items that are kept for them.
    pub leases: usize,
    /// Half-made answers.
    pub drafts: usize,
    /// Jobs that a process of theirs does, trainings among them.
    pub jobs: usize,
}

/// The condition that a job is one of the person who is called `?1`: jobs say "ana, who trains sentiment".
const THEIRS: &str = "who = ?1 OR substr(who, 1, length(?1) + 6) = ?1 || ', who '";

impl Project {
    /// How somebody left, where they have.
    pub fn leaving(&self, person: PersonId) -> Result<Option<Leaving>> {
        leaving(&self.conn, person)
    }

    /// What somebody has before them or under way.
    pub fn holding(&self, person: PersonId) -> Result<Holding> {
        holding(&self.conn, person)
    }

    /// Refuses whoever has left, with who said so, when and why.
    pub fn refuse_absent(&self, person: PersonId) -> Result<()> {
        refuse_absent(&self.conn, person)
    }
}

impl Writer<'_> {
    /// Lets somebody leave or return; nothing is written where it is so already. Whoever leaves gives back what they
    /// have before them: leases, drafts and jobs.
    pub fn set_presence(&mut self, id: PersonId, state: Presence, reason: Option<&str>) -> Result<()> {
        let person = self.person_seq(id)?;
        if now(self.conn, person)? == state {
            return Ok(());
        }
        if state != Presence::Here {
            give_back(self.conn, id, person)?;
        }
        let revision: i64 =
            sql::value(self.conn, "SELECT coalesce(max(revision), 0) + 1 FROM presence WHERE person = ?1", [person])?;
        let reason = self.hold_some(reason)?;
        self.fact(
            &facts::PRESENCE,
            &[
                Cell::Ref(person, id.as_bytes()),
                Cell::Int(revision),
                Cell::Text(state.as_str()),
                Cell::held(reason.as_ref()),
            ],
        )?;
        let act = self.act()?;
        sql::run(
            self.conn,
            "INSERT INTO now_presence (person, state, reason, act) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (person) DO UPDATE SET state = ?2, reason = ?3, act = ?4",
            (person, state.as_str(), reason.map(|r| r.id), act),
        )?;
        derived::recompute_answers_of(self.conn, &person.to_string())
    }
}

fn now(conn: &Connection, person: i64) -> Result<Presence> {
    let query = "SELECT state FROM now_presence WHERE person = ?1";
    Ok(sql::first(conn, query, [person], |row| sql::word(row, 0))?.unwrap_or(Presence::Here))
}

fn leaving(conn: &Connection, person: PersonId) -> Result<Option<Leaving>> {
    let query = "SELECT n.state, c.body, t.person, t.at_utc_ms
                 FROM now_presence n JOIN person p ON p.seq = n.person JOIN act t ON t.seq = n.act
                 LEFT JOIN content c ON c.id = n.reason WHERE p.id = ?1 AND n.state <> 'here'";
    let found = sql::first(conn, query, [person.as_bytes()], |row| {
        Ok((sql::word(row, 0)?, row.get(1)?, sql::id(row, 2)?, row.get(3)?))
    })?;
    let Some((state, reason, by, at)) = found else { return Ok(None) };
    let by = people::people(conn)?.into_iter().find(|p| p.id == by).and_then(|p| p.name);
    Ok(Some(Leaving { state, by, at, reason }))
}

pub(super) fn refuse_absent(conn: &Connection, person: PersonId) -> Result<()> {
    let Some(left) = leaving(conn, person)? else { return Ok(()) };
    let name = acts::name_of(conn, person)?;
    let by = left.by.as_deref().unwrap_or("somebody");
    let reason = left.reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let at = iso(left.at - left.at.rem_euclid(1_000));
    let message = format!("{name} has left this project; {by} recorded it on {at}{reason}");
    Err(Error::conflict(message).hint(format!("a lead lets {name} return: karat people return {name}")))
}

fn holding(conn: &Connection, id: PersonId) -> Result<Holding> {
    let (person, name) = (people::person_seq(conn, id)?, acts::name_of(conn, id)?);
    let of = |table: &str| {
        sql::value::<u32>(conn, &format!("SELECT count(*) FROM {table} WHERE person = ?1"), [person])
            .map(|n| n as usize)
    };
    let jobs: u32 = sql::value(conn, &format!("SELECT count(*) FROM job WHERE {THEIRS}"), [&name])?;
    let query = "SELECT count(*) FROM training WHERE person = ?1 AND outcome IS NULL";
    let trainings: u32 = sql::value(conn, query, [id.as_bytes()])?;
    Ok(Holding { leases: of("lease")?, drafts: of("draft")?, jobs: (jobs + trainings) as usize })
}

fn give_back(conn: &Connection, id: PersonId, person: i64) -> Result<()> {
    for table in ["lease", "draft"] {
        sql::run(conn, &format!("DELETE FROM {table} WHERE person = ?1"), [person])?;
    }
    sql::run(conn, &format!("DELETE FROM job WHERE {THEIRS}"), [acts::name_of(conn, id)?])?;
    sql::run(conn, "DELETE FROM training WHERE person = ?1", [id.as_bytes()])?;
    Ok(())
}
