//! Erasing: the one thing that takes content out of the file for good. Hashes and ids stay, and a tombstone that
//! merges respect, so that a copy cannot bring it back.

use super::facts::{self, Cell, Link, TABLES};
use super::{Project, merge, people, sql};
use crate::domain::{ActKind, Digest, PersonId};
use crate::error::{Error, Result};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Whose content is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An item's: its texts, fields, own id, the notes on it and what was said in words about it.
    Item(u32),
    /// A person's: names and login names.
    Person(PersonId),
}

/// What erasing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Contents that were blanked.
    pub blanked: usize,
    /// Contents that stayed, because something else has the same.
    pub shared: usize,
}

impl Project {
    /// The contents that only this item or person has: what erasing would blank.
    pub fn own_contents(&self, target: Target) -> Result<Vec<String>> {
        let (own, _) = contents(&self.conn, target)?;
        let body = |id: i64| Ok(super::content::body(&self.conn, id)?.1);
        own.into_iter().filter_map(|id| body(id).transpose()).collect()
    }

    /// The rows of the items that were erased.
    pub fn erased_items(&self) -> Result<Vec<u32>> {
        sql::list(&self.conn, ERASED, [], |row| Ok(row.get(0)?))
    }

    /// The rules that items were ever split by, as JSON.
    pub fn split_rules(&self) -> Result<Vec<String>> {
        sql::list(&self.conn, "SELECT DISTINCT rule FROM split_rule", [], |row| Ok(row.get(0)?))
    }

    /// Visits the files of every run that was ever kept, also of those that were taken back: the run's number, the name of
    /// the file, what is in it.
    pub fn for_each_artifact(&self, mut visit: impl FnMut(u32, &str, &[u8])) -> Result<()> {
        let query = "SELECT DISTINCT r.number, f.name, f.body FROM run_artifact f JOIN run r ON r.id = f.run
                     ORDER BY r.number, f.name";
        sql::each(&self.conn, query, [], |row| {
            let body = super::runs::unpacked(row.get_ref(2)?.as_blob().map_err(|e| sql::damaged(&e))?)?;
            visit(row.get(0)?, &row.get::<_, String>(1)?, &body);
            Ok(())
        })
    }

    /// Erases content that only this item or person has. The file is written anew, since a page that was split may
    /// still hold what moved to another; copies and backups made before still have it.
    pub fn erase(&mut self, by: PersonId, target: Target) -> Result<Erased> {
        self.conn.execute_batch("PRAGMA secure_delete = ON")?;
        let (_, erased) = self.write(by, ActKind::Erase, |w| {
            let (own, shared) = contents(w.conn, target)?;
            let mut hashes: Vec<Digest> = Vec::with_capacity(own.len() + 1);
            for id in &own {
                hashes.push(super::content::body(w.conn, *id)?.0.hash);
            }
            if let Target::Item(item) = target {
                hashes.push(Digest(w.item_key(item)?));
                sql::run(w.conn, "DELETE FROM draft WHERE item = ?1", [item])?;
            }
            hashes.sort_unstable();
            for hash in &hashes {
                let known: bool =
                    sql::value(w.conn, "SELECT EXISTS (SELECT 1 FROM erasure WHERE hash = ?1)", [hash.0])?;
                if !known {
                    w.fact(&facts::ERASURE, &[Cell::Blob(&hash.0)])?;
                }
            }
            merge::blank_erased(w.conn)?;
            Ok(Erased { blanked: own.len(), shared })
        })?;
        self.conn.flush_prepared_statement_cache();
        self.conn.execute_batch("VACUUM")?;
        self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(erased)
    }
}

impl super::Writer<'_> {
    fn item_key(&self, item: u32) -> Result<[u8; 32]> {
        sql::first(self.conn, "SELECT key FROM item WHERE seq = ?1", [item], |row| Ok(row.get(0)?))?
            .ok_or_else(|| Error::data(format!("there is no item in row {item}")))
    }
}

/// The items that were erased: what they had is nobody's any more.
const ERASED: &str = "SELECT i.seq FROM item i JOIN erasure e ON e.hash = i.key";

/// The contents that are a target's alone, and how many it shares.
fn contents(conn: &Connection, target: Target) -> Result<(BTreeSet<i64>, usize)> {
    let (link, local) = match target {
        Target::Item(item) => (Link::Item, i64::from(item)),
        Target::Person(person) => (Link::Person, people::person_seq(conn, person)?),
    };
    let mut candidates: BTreeSet<i64> = BTreeSet::new();
    for (table, column) in columns_of(link) {
        let of_text = "SELECT question FROM question_revision WHERE kind = 'text'";
        let words = match (table, column) {
            ("snapshot_item", "value") => {
                format!("AND t.snapshot IN (SELECT s.id FROM snapshot s WHERE s.question IN ({of_text}))")
            }
            (_, "value") => format!("AND t.question IN ({of_text})"),
            _ => String::new(),
        };
        let query =
            format!("SELECT t.{column} FROM {table} t WHERE t.{} = ?1 AND t.{column} IS NOT NULL {words}", owner(link));
        candidates.extend(sql::list(conn, &query, [local], |row| Ok(row.get::<_, i64>(0)?))?);
    }
    if let Target::Person(person) = target {
        let logins = "SELECT DISTINCT os_user FROM act WHERE person = ?1";
        candidates.extend(sql::list(conn, logins, [person.as_bytes()], |row| Ok(row.get::<_, i64>(0)?))?);
    }
    candidates.retain(|id| super::content::body(conn, *id).is_ok_and(|(_, body)| body.is_some()));
    let all = candidates.len();
    let mut own = BTreeSet::new();
    for id in candidates {
        if !used_elsewhere(conn, id, link, local, target)? {
            own.insert(id);
        }
    }
    let shared = all - own.len();
    Ok((own, shared))
}

fn owner(link: Link) -> &'static str {
    if link == Link::Item { "item" } else { "person" }
}

/// The columns of content in the tables whose facts are about an item, or about a person alone.
fn columns_of(link: Link) -> impl Iterator<Item = (&'static str, &'static str)> {
    let about = move |table: &&&facts::Table| {
        let has = |wanted: Link| table.columns.iter().any(|(_, l)| *l == wanted);
        has(link) && (link == Link::Item || !has(Link::Item))
    };
    TABLES.iter().filter(about).flat_map(|table| {
        let contents = table.columns.iter().filter(|(_, l)| *l == Link::Content);
        contents.map(|(column, _)| (table.name, *column))
    })
}

fn used_elsewhere(conn: &Connection, id: i64, link: Link, local: i64, target: Target) -> Result<bool> {
    let own: Vec<(&str, &str)> = columns_of(link).collect();
    for table in TABLES {
        for (column, _) in table.columns.iter().filter(|(_, l)| *l == Link::Content) {
            let but = if own.contains(&(table.name, column)) {
                let gone = if link == Link::Item { format!("AND item NOT IN ({ERASED})") } else { String::new() };
                format!("AND {} <> ?2 {gone}", owner(link))
            } else {
                "AND ?2".to_owned()
            };
            let query = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {column} = ?1 {but})", table.name);
            if sql::value(conn, &query, (id, local))? {
                return Ok(true);
            }
        }
    }
    let but: Option<&[u8]> = match &target {
        Target::Person(person) => Some(person.as_bytes()),
        Target::Item(_) => None,
    };
    sql::value(conn, "SELECT EXISTS (SELECT 1 FROM act WHERE os_user = ?1 AND person IS NOT ?2)", (id, but))
}
