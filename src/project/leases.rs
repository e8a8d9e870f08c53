//! Leases keep two people apart: an item that somebody has before them is not served to another. They last ten
//! minutes unless renewed; a dead process of this host loses its at once. They are no facts, and an answer is saved
//! whether its lease still stands or not.

use super::people::person_ids;
use super::{NewAnswer, Place, Project, Writer, questions, sql};
use crate::clock::Millis;
use crate::domain::{ActId, ActKind, AnswerId, PersonId, QuestionId};
use crate::error::Result;
use rusqlite::Connection;
use std::collections::HashSet;

/// How long a lease lasts.
const LEASE_MS: Millis = 600_000;
/// A lease is renewed once it has aged so much; before, renewing would write for nothing.
const AGED_MS: Millis = 60_000;

/// An item that could be leased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The item's row.
    pub item: u32,
    /// Whether each person is asked for themselves: then others may have it before them, too, and may have just
    /// answered it. It is still nobody else's meanwhile who claims it alone.
    pub beside_others: bool,
}

impl Claim {
    /// An item that each person is asked about for themselves.
    pub fn beside_others(item: u32) -> Self {
        Self { item, beside_others: true }
    }
}

impl From<u32> for Claim {
    /// An item that one person at a time is asked about.
    fn from(item: u32) -> Self {
        Self { item, beside_others: false }
    }
}

/// An item that somebody has before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The item's row.
    pub item: u32,
    /// Who has it.
    pub person: PersonId,
    /// On which machine.
    pub host: String,
    /// In which process.
    pub pid: u32,
    /// Until when, UTC milliseconds.
    pub expires: Millis,
}

impl Project {
    /// The leases of a question that stand.
    pub fn leases(&self, question: QuestionId) -> Result<Vec<Lease>> {
        let (seq, people) = (questions::question_seq(&self.conn, question)?, person_ids(&self.conn)?);
        let mut leases = sql::list(
            &self.conn,
            "SELECT l.item, p.id, l.host, l.pid, l.expires_utc_ms FROM lease l JOIN person p ON p.seq = l.person
             WHERE l.question = ?1 AND l.expires_utc_ms > ?2 ORDER BY l.item",
            (seq, self.place.now()),
            |row| {
                Ok(Lease {
                    item: row.get(0)?,
                    person: sql::id(row, 1)?,
                    host: row.get(2)?,
                    pid: row.get(3)?,
                    expires: row.get(4)?,
                })
            },
        )?;
        leases.retain(|lease| people.contains(&lease.person) && !self.place.is_gone(&lease.host, lease.pid));
        Ok(leases)
    }

    /// The items that others than this person have before them.
    pub fn leased_by_others(&self, question: QuestionId, person: PersonId) -> Result<HashSet<u32>> {
        Ok(self.leases(question)?.into_iter().filter(|l| l.person != person).map(|l| l.item).collect())
    }

    /// Takes leases on the first `n` claims that are free, as [`Writer::lease`] sees it.
    pub fn lease(
        &mut self,
        question: QuestionId,
        person: PersonId,
        claims: impl IntoIterator<Item = impl Into<Claim>>,
        n: usize,
        since: i64,
    ) -> Result<Vec<u32>> {
        Ok(self.write(person, ActKind::Answer, |w| w.lease(question, claims, n, since))?.1)
    }

    /// Saves an answer, gives its lease back and leases the first `n` free candidates, in one commit.
    pub fn answer_and_lease(
        &mut self,
        new: &NewAnswer,
        claims: impl IntoIterator<Item = impl Into<Claim>>,
        n: usize,
        since: i64,
    ) -> Result<(Option<ActId>, Option<AnswerId>, Vec<u32>)> {
        let (act, (answer, leased)) = self.write(new.person, ActKind::Answer, |w| {
            let answer = w.add_answer(new)?;
            w.release(new.question, new.item)?;
            Ok((answer, w.lease(new.question, claims, n, since)?))
        })?;
        Ok((act, answer, leased))
    }

    /// Renews somebody's leases in this process where they have aged; cheap where they have not.
    pub fn renew_leases(&mut self, person: PersonId) -> Result<()> {
        let now = self.place.now();
        let mine = (person.as_bytes(), &self.place.host, self.place.pid, now + LEASE_MS - AGED_MS);
        let aged: bool = sql::value(
            &self.conn,
            "SELECT EXISTS (SELECT 1 FROM lease WHERE person = (SELECT seq FROM person WHERE id = ?1)
                AND host = ?2 AND pid = ?3 AND expires_utc_ms < ?4)",
            mine,
        )?;
        if aged {
            sql::run(
                &self.conn,
                "UPDATE lease SET expires_utc_ms = ?4 WHERE person = (SELECT seq FROM person WHERE id = ?1)
                    AND host = ?2 AND pid = ?3",
                (person.as_bytes(), &self.place.host, self.place.pid, now + LEASE_MS),
            )?;
        }
        Ok(())
    }

    /// Gives back every lease that somebody has in this process.
    pub fn release_leases(&mut self, person: PersonId) -> Result<()> {
        sql::run(
            &self.conn,
            "DELETE FROM lease WHERE person = (SELECT seq FROM person WHERE id = ?1) AND host = ?2 AND pid = ?3",
            (person.as_bytes(), &self.place.host, self.place.pid),
        )?;
        Ok(())
    }
}

impl Writer<'_> {
    /// Takes leases on the first `n` claims that are free. Alone, an item is free where no other process has it and
    /// nobody else has said anything about it after the act `since` ([`Project::last_act`]), by which the claims were
    /// chosen; beside others, where this person has it in no other process. Those that this process has already count.
    pub fn lease(
        &mut self,
        question: QuestionId,
        claims: impl IntoIterator<Item = impl Into<Claim>>,
        n: usize,
        since: i64,
    ) -> Result<Vec<u32>> {
        let (question, person) = (self.question_seq(question)?, self.person_seq(self.by())?);
        free_dead(self.conn, self.place)?;
        let mut leased = Vec::with_capacity(n);
        for claim in claims {
            let Claim { item, beside_others } = claim.into();
            if leased.len() == n {
                break;
            }
            let taken = sql::run(
                self.conn,
                "INSERT INTO lease (question, item, person, host, pid, expires_utc_ms)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6
                 WHERE NOT EXISTS (SELECT 1 FROM lease WHERE question = ?1 AND item = ?2
                        AND (person = ?3 AND (host <> ?4 OR pid <> ?5) OR person <> ?3 AND NOT ?8))
                    AND (?8 OR NOT EXISTS (SELECT 1 FROM answer WHERE question = ?1 AND item = ?2
                        AND act > ?7 AND person <> ?3))
                 ON CONFLICT (question, item, person) DO UPDATE SET host = ?4, pid = ?5, expires_utc_ms = ?6",
                (question, item, person, &self.place.host, self.place.pid, self.at() + LEASE_MS, since, beside_others),
            )?;
            if taken > 0 {
                leased.push(item);
            }
        }
        Ok(leased)
    }

    /// Gives an item back.
    pub fn release(&mut self, question: QuestionId, item: u32) -> Result<()> {
        let (question, person) = (self.question_seq(question)?, self.person_seq(self.by())?);
        sql::run(
            self.conn,
            "DELETE FROM lease WHERE question = ?1 AND item = ?2 AND person = ?3",
            (question, item, person),
        )?;
        Ok(())
    }
}

/// Drops leases that ran out, and those of processes of this host that are gone.
fn free_dead(conn: &Connection, place: &Place) -> Result<()> {
    sql::run(conn, "DELETE FROM lease WHERE expires_utc_ms <= ?1", [place.now()])?;
    let pids: Vec<u32> =
        sql::list(conn, "SELECT DISTINCT pid FROM lease WHERE host = ?1", [&place.host], |row| Ok(row.get(0)?))?;
    for pid in pids.into_iter().filter(|pid| place.is_gone(&place.host, *pid)) {
        sql::run(conn, "DELETE FROM lease WHERE host = ?1 AND pid = ?2", (&place.host, pid))?;
    }
    Ok(())
}
