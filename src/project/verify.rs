//! Verification: every hash recomputes, every parent exists and came before, every content is what its hash says.

use super::hash::{Keys, Sealed};
use super::{Project, acts, facts, sql};
use crate::domain::{ActId, ActKind, Digest};
use crate::error::Result;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// So many faults are told one by one.
const TOLD: usize = 20;

/// What verifying found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many acts there are.
    pub acts: usize,
    /// How many facts they hold.
    pub facts: usize,
    /// What is wrong: the first of it, in words.
    pub faults: Vec<String>,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, what: impl FnOnce() -> String) {
        if self.faults.len() < TOLD {
            self.faults.push(what());
        }
    }
}

impl Project {
    /// Recomputes every hash of the log.
    pub fn verify(&self) -> Result<Verified> {
        self.reading(|conn| {
            let mut found = Verified::default();
            verify_acts(conn, &self.keys, &mut found)?;
            verify_contents(conn, &self.keys, &mut found)?;
            verify_items(conn, &self.keys, &mut found)?;
            Ok(found)
        })
    }

    /// A digest of everything that was ever recorded, whatever the order of recording and however copies were
    /// joined: equal exactly where two copies hold the same facts and the same of them are live.
    pub fn content_digest(&self) -> Result<Digest> {
        self.reading(|conn| {
            let dead: HashSet<i64> =
                sql::list(conn, "SELECT act FROM dead", [], |row| Ok(row.get(0)?))?.into_iter().collect();
            let mut ids: HashMap<i64, ActId> = HashMap::new();
            let mut digests = Vec::new();
            sql::each(conn, "SELECT seq, id, kind, hash FROM act", [], |row| {
                let (seq, id) = (row.get(0)?, sql::id(row, 1)?);
                ids.insert(seq, id);
                if sql::word::<ActKind>(row, 2)? != ActKind::Merge {
                    digests.push(self.keys.parts("digest of act", &[id.as_bytes(), &[u8::from(dead.contains(&seq))]]));
                }
                Ok(())
            })?;
            facts::each_digest(conn, &self.keys, |act, digest| {
                let id = ids.get(&act).map_or(&[][..], |id| id.as_bytes());
                digests.push(self.keys.parts("digest of fact", &[id, &digest.0]));
            })?;
            sql::each(conn, "SELECT hash, body IS NULL FROM content", [], |row| {
                digests.push(self.keys.parts("digest of content", &[&sql::digest(row, 0)?.0, &[row.get::<_, u8>(1)?]]));
                Ok(())
            })?;
            Ok(self.keys.body(&mut digests))
        })
    }
}

fn verify_acts(conn: &Connection, keys: &Keys, found: &mut Verified) -> Result<()> {
    let mut facts: HashMap<i64, Vec<Digest>> = HashMap::new();
    facts::each_digest(conn, keys, |act, digest| facts.entry(act).or_default().push(digest))?;
    found.facts = facts.values().map(Vec::len).sum();
    let mut before: HashMap<ActId, Digest> = HashMap::new();
    let query =
        "SELECT a.seq, a.id, a.kind, a.person, c.hash, a.host, a.at_utc_ms, a.undoes, a.parents, a.body_hash, a.hash
                 FROM act a JOIN content c ON c.id = a.os_user ORDER BY a.seq";
    sql::each(conn, query, [], |row| {
        found.acts += 1;
        let (seq, id): (i64, ActId) = (row.get(0)?, sql::id(row, 1)?);
        let body = keys.body(&mut facts.remove(&seq).unwrap_or_default());
        let stored: Option<[u8; 32]> = row.get(9)?;
        if stored != Some(body.0) {
            found.fault(|| format!("act {id}: its facts are not what was recorded"));
        }
        let packed: Vec<u8> = row.get(8)?;
        let mut parents = Vec::new();
        for parent in acts::unpack(&packed) {
            match before.get(&parent) {
                Some(hash) => parents.push((parent, *hash)),
                None => found.fault(|| format!("act {id}: its parent {parent} is missing")),
            }
        }
        let undoes = sql::maybe_id(row, 7)?;
        if undoes.is_some_and(|target| !before.contains_key(&target)) {
            found.fault(|| format!("act {id}: what it takes back is missing"));
        }
        let host: String = row.get(5)?;
        let hash = keys.act(&Sealed {
            id,
            kind: sql::word(row, 2)?,
            person: sql::id(row, 3)?,
            os_user: sql::digest(row, 4)?,
            host: &host,
            at: row.get(6)?,
            undoes,
            parents: &parents,
            body,
        });
        let recorded: Option<[u8; 32]> = row.get(10)?;
        if recorded != Some(hash.0) {
            found.fault(|| format!("act {id}: its hash does not recompute"));
        }
        before.insert(id, recorded.map_or(hash, Digest));
        Ok(())
    })
}

fn verify_contents(conn: &Connection, keys: &Keys, found: &mut Verified) -> Result<()> {
    let query = "SELECT c.hash, c.body, EXISTS (SELECT 1 FROM erasure e WHERE e.hash = c.hash) FROM content c";
    sql::each(conn, query, [], |row| {
        let hash = sql::digest(row, 0)?;
        match row.get_ref(1)?.as_str_or_null().map_err(|e| sql::damaged(&e))? {
            Some(_) if row.get(2)? => found.fault(|| format!("content {hash}: it was erased and is still there")),
            Some(body) if keys.content(body) != hash => {
                found.fault(|| format!("content {hash}: it is not what its hash says"))
            }
            None if !row.get::<_, bool>(2)? => {
                found.fault(|| format!("content {hash}: it is blank and nobody erased it"))
            }
            _ => {}
        }
        Ok(())
    })
}

fn verify_items(conn: &Connection, keys: &Keys, found: &mut Verified) -> Result<()> {
    let query = "SELECT i.key, s.name, i.id, EXISTS (SELECT 1 FROM erasure e WHERE e.hash = i.key),
                    (SELECT t.hash FROM item_version v JOIN content t ON t.id = v.text
                     WHERE v.item = i.seq ORDER BY v.revision LIMIT 1),
                    (SELECT f.hash FROM item_version v JOIN content f ON f.id = v.fields
                     WHERE v.item = i.seq ORDER BY v.revision LIMIT 1)
                 FROM item i JOIN source s ON s.id = i.source";
    sql::each(conn, query, [], |row| {
        let key = sql::key(row, 0)?;
        let source = row.get_ref(1)?.as_str().map_err(|e| sql::damaged(&e))?;
        let expected = match row.get_ref(2)?.as_str_or_null().map_err(|e| sql::damaged(&e))? {
            Some(id) => keys.item_by_id(source, id),
            None if row.get(3)? => key,
            None => keys.item_by_content(sql::digest(row, 4)?, sql::digest(row, 5)?),
        };
        if expected != key {
            found.fault(|| format!("item {key}: its key does not recompute"));
        }
        Ok(())
    })
}
