//! Acts: everything that somebody does is one, written whole or not at all.
//!
//! A write takes the lock first (`BEGIN IMMEDIATE`), lets the closure add facts, then seals the act with the hash
//! over them. An act that would hold nothing is not written; leases and drafts may still have changed.

use super::facts::{Cell, Table};
use super::hash::{DigestMap, Keys, Sealed};
use super::{Place, Project, content, derived, open, presence, sql, wait};
use crate::clock::Millis;
use crate::domain::{ActId, ActKind, Digest, Id, PersonId};
use crate::error::{Error, Result};
use crate::{ids, interrupt};
use rusqlite::{CachedStatement, Connection, TransactionBehavior, params_from_iter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::iter::once;

impl Project {
    /// Does one act: the closure adds its facts. What it returns comes back beside the act's id, which is missing
    /// where it added none. If it fails, the file is as it was.
    pub fn write<T>(
        &mut self,
        by: PersonId,
        kind: ActKind,
        facts: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<(Option<ActId>, T)> {
        if !wait::takes_long(kind) {
            return self.write_now(by, kind, facts);
        }
        wait::announce(&self.conn, &self.place, &self.name_of(by)?, kind)?;
        open::cache(&self.conn, open::LONG_WRITE_CACHE_MIB)?;
        let done = self.write_now(by, kind, facts);
        open::cache(&self.conn, open::CACHE_MIB)?;
        done.inspect_err(|_| wait::give_up(&self.conn, &self.place))
    }

    fn write_now<T>(
        &mut self,
        by: PersonId,
        kind: ActKind,
        facts: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<(Option<ActId>, T)> {
        self.still_there()?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(newcomer) = self.newcomer.as_ref().filter(|newcomer| newcomer.id == by)
            && newcomer.arrive(&tx, &self.keys, &self.place)? != by
        {
            return Err(Error::conflict(format!("{} has joined meanwhile", newcomer.name)).hint("try again"));
        }
        presence::refuse_absent(&tx, by)?;
        let mut writer = Writer::new(&tx, &self.keys, &self.place, by, kind);
        let out = facts(&mut writer)?;
        let act = writer.seal()?;
        if wait::takes_long(kind) {
            wait::withdraw(&tx, &self.place)?;
        }
        if self.provisional {
            tx.commit()?
        } else {
            interrupt::finish(|| tx.commit())?
        }
        self.newcomer.take_if(|newcomer| newcomer.id == by);
        Ok((act, out))
    }
}

/// What an act in the making adds its facts with; each family's methods are in that family's file.
pub struct Writer<'p> {
    pub(super) conn: &'p Connection,
    pub(super) keys: &'p Keys,
    pub(super) place: &'p Place,
    by: PersonId,
    kind: ActKind,
    at: Millis,
    open: Option<Open>,
    facts: Vec<Digest>,
    pub(super) memo: Memo,
}

/// Local numbers that this act has looked up already.
#[derive(Default)]
pub(super) struct Memo {
    /// Of people and questions.
    ids: RefCell<HashMap<[u8; 16], i64>>,
    /// Of contents that may come often; emptied when it grows large.
    pub contents: RefCell<DigestMap<i64>>,
}

impl Memo {
    /// The local number of a person's or question's id.
    pub(super) fn number(&self, id: [u8; 16], look_up: impl FnOnce() -> Result<i64>) -> Result<i64> {
        if let Some(seq) = self.ids.borrow().get(&id) {
            return Ok(*seq);
        }
        let seq = look_up()?;
        self.ids.borrow_mut().insert(id, seq);
        Ok(seq)
    }
}

struct Open {
    seq: i64,
    id: ActId,
    undoes: Option<ActId>,
    parents: Vec<(ActId, Digest)>,
    os_user: Digest,
}

impl<'p> Writer<'p> {
    pub(super) fn new(conn: &'p Connection, keys: &'p Keys, place: &'p Place, by: PersonId, kind: ActKind) -> Self {
        Self { conn, keys, place, by, kind, at: place.now(), open: None, facts: Vec::new(), memo: Memo::default() }
    }

    /// Who does this.
    pub fn by(&self) -> PersonId {
        self.by
    }

    /// When, UTC milliseconds.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Adds one fact.
    pub(super) fn fact(&mut self, table: &'static Table, cells: &[Cell<'_>]) -> Result<()> {
        self.inserter(table)?.add(self, cells)
    }

    /// A prepared way to add many facts of one table.
    pub(super) fn inserter(&self, table: &'static Table) -> Result<Inserter<'p>> {
        Ok(Inserter { table, statement: self.conn.prepare_cached(table.insert_sql())? })
    }

    /// The act's local number; opens it where no fact has yet.
    pub(super) fn act(&mut self) -> Result<i64> {
        self.open_act(None)
    }

    /// Opens the act; one that undoes another is written even though it has no facts.
    pub(super) fn open_act(&mut self, undoes: Option<ActId>) -> Result<i64> {
        if let Some(open) = &self.open {
            return Ok(open.seq);
        }
        let id: ActId = ids::fresh(self.at);
        let user = self.hold(&self.place.os_user)?;
        let parents = sql::list(
            self.conn,
            "SELECT a.id, a.hash FROM head h JOIN act a ON a.seq = h.act ORDER BY a.id",
            [],
            |row| Ok((sql::id(row, 0)?, sql::digest(row, 1)?)),
        )?;
        let packed = pack(parents.iter().map(|(id, _): &(ActId, Digest)| id));
        sql::run(
            self.conn,
            "INSERT INTO act (id, kind, person, os_user, host, at_utc_ms, undoes, parents)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                id.as_bytes(),
                self.kind.as_str(),
                self.by.as_bytes(),
                user.id,
                &self.place.host,
                self.at,
                undoes.as_ref().map(|u| &u.as_bytes()[..]),
                packed,
            ),
        )?;
        let seq = self.conn.last_insert_rowid();
        self.open = Some(Open { seq, id, undoes, parents, os_user: user.hash });
        Ok(seq)
    }

    /// Closes the act: its hash is written and it becomes the only head.
    pub(super) fn seal(self) -> Result<Option<ActId>> {
        let Self { conn, keys, place, by, kind, at, open, mut facts, .. } = self;
        let Some(open) = open else { return Ok(None) };
        let known: bool = sql::value(
            conn,
            "SELECT EXISTS (SELECT 1 FROM person p JOIN person_revision r ON r.person = p.seq WHERE p.id = ?1)",
            [by.as_bytes()],
        )?;
        if !known {
            return Err(Error::conflict(format!("nobody in this project has the id {by}")));
        }
        let body = keys.body(&mut facts);
        let hash = keys.act(&Sealed {
            id: open.id,
            kind,
            person: by,
            os_user: open.os_user,
            host: &place.host,
            at,
            undoes: open.undoes,
            parents: &open.parents,
            body,
        });
        sql::run(conn, "UPDATE act SET body_hash = ?2, hash = ?3 WHERE seq = ?1", (open.seq, body.0, hash.0))?;
        derived::only_head(conn, open.seq)?;
        Ok(Some(open.id))
    }
}

/// Adds facts of one table to an act.
pub(super) struct Inserter<'p> {
    table: &'static Table,
    statement: CachedStatement<'p>,
}

impl Inserter<'_> {
    /// Adds a fact: its cells in the order of the table's columns.
    pub(super) fn add(&mut self, writer: &mut Writer<'_>, cells: &[Cell<'_>]) -> Result<()> {
        let act = writer.act()?;
        self.statement.execute(params_from_iter(once(&Cell::Int(act)).chain(cells)))?;
        let mut hasher = writer.keys.fact(self.table.name);
        for ((name, _), cell) in self.table.columns.iter().zip(cells) {
            hasher.column(name, cell.global());
        }
        writer.facts.push(hasher.finish());
        Ok(())
    }
}

/// The ids that stand behind each other in an act's `parents` or an answer's `supersedes`.
pub(super) fn unpack<'a, T: 'a>(ids: &'a [u8]) -> impl Iterator<Item = Id<T>> + 'a {
    ids.chunks_exact(16).filter_map(|bytes| bytes.try_into().ok()).map(Id::from_bytes)
}

/// Puts ids behind each other.
pub(super) fn pack<'a, T: 'a>(ids: impl IntoIterator<Item = &'a Id<T>>) -> Vec<u8> {
    ids.into_iter().flat_map(|id| *id.as_bytes()).collect()
}

/// The display name of somebody, or a stand-in.
pub(super) fn name_of(conn: &Connection, person: PersonId) -> Result<String> {
    let name = sql::first(
        conn,
        "SELECT r.name FROM person p JOIN person_revision r ON r.person = p.seq WHERE p.id = ?1
         ORDER BY r.revision DESC LIMIT 1",
        [person.as_bytes()],
        |row| content::body(conn, row.get(0)?),
    )?;
    Ok(name.and_then(|(_, body)| body).unwrap_or_else(|| "somebody erased".to_owned()))
}
