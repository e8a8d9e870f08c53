//! Snapshots: the items with their settled values and splits as they stood, hashed, each stored as what changed against
//! the one before it.

use super::facts::{self, Cell};
use super::fields::FieldReader;
use super::{Project, SettledOrigin, Writer, questions, sql};
use crate::clock::Millis;
use crate::domain::{ActId, Digest, FieldValue, Id, ItemKey, Kind, PersonId, Question, QuestionId, Split, Value};
use crate::error::{Error, Result};
use crate::ids;
use rusqlite::Connection;
use std::collections::HashMap;

/// The condition that a snapshot `s` holds: its act does, or a run that does was measured on it. Taking the first run of a
/// state back takes the run alone, while another stands on that state.
const STANDS: &str = "(s.act NOT IN (SELECT act FROM dead) OR EXISTS (
    SELECT 1 FROM run r WHERE r.snapshot = s.id AND r.act NOT IN (SELECT act FROM dead)))";

/// Names a snapshot.
pub type SnapshotId = Id<Snapshot>;

/// A state that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its id.
    pub id: SnapshotId,
    /// Counts from 1 in each question; copies that were merged may have two of one number.
    pub number: u32,
    /// What somebody called it.
    pub name: Option<String>,
    /// The snapshot that it is stored against.
    pub parent: Option<SnapshotId>,
    /// The hash of the state.
    pub hash: Digest,
    /// How many items are in it.
    pub items: u32,
    /// How many of them have a settled value.
    pub settled: u32,
    /// The act that made it.
    pub act: ActId,
    /// Who made it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: Millis,
}

/// One item of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateRow {
    /// Its row here.
    pub seq: u32,
    /// What names it.
    pub key: ItemKey,
    /// Hash of its text.
    pub text: Digest,
    /// Hash of its fields.
    pub fields: Digest,
    /// The value that held, by the labels of then, and where it came from.
    pub value: Option<(Value, SettledOrigin)>,
    /// What it was for.
    pub split: Split,
    /// The contents of its text and its fields here.
    held: (i64, i64),
}

/// The items of a question with their settled values, sorted by key.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The items.
    pub rows: Vec<StateRow>,
    /// BLAKE3, keyed by the project's id, over every row's key, hashes, question, value, origin and split.
    pub hash: Digest,
}

impl Project {
    /// The state as it is now: gold counts first where an item judges, then the settled value.
    pub fn state(&self, question: &Question) -> Result<State> {
        self.reading(|_| self.state_now(question))
    }

    /// Reads several things as they are at one moment, whatever others write meanwhile.
    pub fn at_one_moment<T>(&self, read: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.reading(|_| read(self))
    }

    fn state_now(&self, question: &Question) -> Result<State> {
        let mut values: HashMap<u32, (Value, SettledOrigin)> =
            self.settled(question)?.into_iter().map(|(seq, s)| (seq, (s.value, s.origin))).collect();
        let splits: HashMap<u32, Split> = super::splits::splits(&self.conn)?.into_iter().collect();
        let split = |seq: u32| splits.get(&seq).copied().unwrap_or(Split::Train);
        for (seq, value) in self.gold(question)? {
            if split(seq) == Split::Test {
                values.insert(seq, (value, SettledOrigin::Gold));
            }
        }
        let mut rows = Vec::new();
        let query =
            "SELECT n.item, i.key, t.hash, f.hash, n.text, n.fields FROM now_item n JOIN item i ON i.seq = n.item
                     JOIN content t ON t.id = n.text JOIN content f ON f.id = n.fields";
        sql::each(&self.conn, query, [], |row| {
            let seq = row.get(0)?;
            rows.push(StateRow {
                seq,
                key: sql::key(row, 1)?,
                text: sql::digest(row, 2)?,
                fields: sql::digest(row, 3)?,
                held: (row.get(4)?, row.get(5)?),
                value: values.remove(&seq),
                split: split(seq),
            });
            Ok(())
        })?;
        Ok(self.hashed(question.id, rows))
    }

    /// The state that a snapshot kept.
    ///
    /// # Errors
    /// Where what is stored does not hash to what it should: the file is damaged.
    pub fn state_of(&self, question: &Question, snapshot: &Snapshot) -> Result<State> {
        let rows = stored(&self.conn, question.kind, Some(snapshot.id))?;
        let state = self.hashed(question.id, rows.into_values().collect());
        match state.hash == snapshot.hash || self.has_erased(snapshot.id)? {
            true => Ok(State { hash: snapshot.hash, ..state }),
            false => Err(sql::damaged(&format!("snapshot {} does not hash to {}", snapshot.number, snapshot.hash))),
        }
    }

    /// What [`StateRow::text`] is of an item with this text.
    pub fn text_digest(&self, text: &str) -> Digest {
        self.keys.content(text)
    }

    /// The snapshots of a question, oldest first.
    pub fn snapshots(&self, question: QuestionId) -> Result<Vec<Snapshot>> {
        let query = format!(
            "SELECT s.id, s.number, s.name, s.parent, s.hash, s.items, s.settled, a.id, a.person, a.at_utc_ms
             FROM snapshot s JOIN act a ON a.seq = s.act WHERE s.question = ?1 AND {STANDS} ORDER BY s.number, a.id"
        );
        sql::list(&self.conn, &query, [questions::question_seq(&self.conn, question)?], |row| {
            Ok(Snapshot {
                id: sql::id(row, 0)?,
                number: row.get(1)?,
                name: row.get(2)?,
                parent: sql::maybe_id(row, 3)?,
                hash: sql::digest(row, 4)?,
                items: row.get(5)?,
                settled: row.get(6)?,
                act: sql::id(row, 7)?,
                by: sql::id(row, 8)?,
                at: row.get(9)?,
            })
        })
    }

    /// Visits the rows of a state with the text and the values that they had then, in the order of
    /// [`Project::fields`], by row number.
    pub fn for_each_row_of(
        &self,
        state: &State,
        mut visit: impl FnMut(u32, &str, &[FieldValue]) -> Result<()>,
    ) -> Result<()> {
        let fields = self.fields()?;
        let reader = FieldReader::new(&fields);
        let mut values = vec![FieldValue::Null; fields.len()];
        let mut rows: Vec<(u32, (i64, i64))> = state.rows.iter().map(|row| (row.seq, row.held)).collect();
        rows.sort_unstable();
        let query = "SELECT t.body, f.body FROM content t, content f WHERE t.id = ?1 AND f.id = ?2";
        for (seq, held) in rows {
            sql::each(&self.conn, query, held, |row| {
                values.fill(FieldValue::Null);
                let body = |i| row.get_ref(i)?.as_str_or_null().map_err(|e| sql::damaged(&e));
                reader.read(body(1)?, &mut values)?;
                visit(seq, body(0)?.unwrap_or_default(), &values)
            })?;
        }
        Ok(())
    }

    /// The number of a snapshot, whether it still holds or not.
    pub fn snapshot_number(&self, id: Option<SnapshotId>) -> Result<Option<u32>> {
        let Some(id) = id else { return Ok(None) };
        sql::first(&self.conn, "SELECT number FROM snapshot WHERE id = ?1", [id.as_bytes()], |row| Ok(row.get(0)?))
    }

    /// The items that anybody answered, or that gained or lost an answer, between two acts.
    pub fn answered_between(&self, question: QuestionId, from: ActId, to: ActId) -> Result<Vec<u32>> {
        let query = "WITH RECURSIVE changed (act) AS (
                SELECT seq FROM act WHERE seq > (SELECT seq FROM act WHERE id = ?2)
                    AND seq <= (SELECT seq FROM act WHERE id = ?3)
                UNION SELECT t.seq FROM changed c JOIN act u ON u.seq = c.act JOIN act t ON t.id = u.undoes
            ) SELECT DISTINCT item FROM answer WHERE question = ?1 AND act IN (SELECT act FROM changed) ORDER BY item";
        let question = questions::question_seq(&self.conn, question)?;
        sql::list(&self.conn, query, (question, from.as_bytes(), to.as_bytes()), |row| Ok(row.get(0)?))
    }

    /// Whether a value of a snapshot, or of one that it is stored against, was erased since: then nobody can check it.
    fn has_erased(&self, snapshot: SnapshotId) -> Result<bool> {
        sql::value(
            &self.conn,
            "WITH RECURSIVE chain (id) AS (
                SELECT ?1 UNION SELECT s.parent FROM chain c JOIN snapshot s ON s.id = c.id WHERE s.parent IS NOT NULL
             ) SELECT EXISTS (SELECT 1 FROM chain JOIN snapshot_item i ON i.snapshot = chain.id
                JOIN content c ON c.id = i.value WHERE c.body IS NULL)",
            [snapshot.as_bytes()],
        )
    }

    fn hashed(&self, question: QuestionId, mut rows: Vec<StateRow>) -> State {
        rows.sort_unstable_by_key(|row| row.key);
        let mut hasher = self.keys.state();
        for row in &rows {
            let (value, origin) = match &row.value {
                Some((value, origin)) => (value.to_json().to_string(), origin.as_str()),
                None => (String::new(), ""),
            };
            let split = row.split.as_str();
            for part in [
                &row.key.0[..],
                &row.text.0,
                &row.fields.0,
                question.as_bytes(),
                value.as_bytes(),
                origin.as_bytes(),
                split.as_bytes(),
            ] {
                hasher.part(part);
            }
        }
        State { hash: hasher.finish(), rows }
    }
}

impl Writer<'_> {
    /// Keeps a state as what changed against the newest snapshot of its question. A state that was kept before is not
    /// kept again, unless it gets a name: then only the name is new.
    pub fn keep_state(&mut self, question: &Question, state: &State, name: Option<&str>) -> Result<SnapshotId> {
        let seq = self.question_seq(question.id)?;
        if name.is_none() {
            let same = format!(
                "SELECT s.id FROM snapshot s WHERE s.question = ?1 AND s.hash = ?2 AND {STANDS} ORDER BY s.number LIMIT 1"
            );
            if let Some(id) = sql::first(self.conn, &same, (seq, state.hash.0), |row| sql::id(row, 0))? {
                return Ok(id);
            }
        }
        if let Some(name) = name {
            let taken: bool = sql::value(
                self.conn,
                &format!("SELECT EXISTS (SELECT 1 FROM snapshot s WHERE s.question = ?1 AND s.name = ?2 AND {STANDS})"),
                (seq, name),
            )?;
            if taken {
                return Err(
                    Error::conflict(format!("a snapshot is called {name:?} already")).hint("choose another name")
                );
            }
        }
        let parent: Option<SnapshotId> = sql::first(
            self.conn,
            &format!(
                "SELECT s.id FROM snapshot s JOIN act a ON a.seq = s.act WHERE s.question = ?1 AND {STANDS}
                 ORDER BY s.number DESC, a.id DESC LIMIT 1"
            ),
            [seq],
            |row| sql::id(row, 0),
        )?;
        let number: i64 =
            sql::value(self.conn, "SELECT coalesce(max(number), 0) + 1 FROM snapshot WHERE question = ?1", [seq])?;
        let mut before = stored(self.conn, question.kind, parent)?;
        let id: SnapshotId = ids::fresh(self.at());
        let settled = state.rows.iter().filter(|row| row.value.is_some()).count();
        let count = |n: usize| Cell::Int(i64::try_from(n).unwrap_or(i64::MAX));
        self.fact(
            &facts::SNAPSHOT,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(seq, question.id.as_bytes()),
                Cell::Int(number),
                Cell::text(name),
                parent.as_ref().map_or(Cell::Null, |parent| Cell::Blob(parent.as_bytes())),
                Cell::Blob(&state.hash.0),
                count(state.rows.len()),
                count(settled),
            ],
        )?;
        let mut inserter = self.inserter(&facts::SNAPSHOT_ITEM)?;
        for row in &state.rows {
            if before.remove(&row.seq).is_some_and(|was| was == *row) {
                continue;
            }
            let value = row.value.as_ref().map(|(value, _)| self.hold_value(value)).transpose()?;
            let item = Cell::Ref(row.seq.into(), &row.key.0);
            inserter.add(
                self,
                &[
                    Cell::Blob(id.as_bytes()),
                    item,
                    Cell::Ref(row.held.0, &row.text.0),
                    Cell::Ref(row.held.1, &row.fields.0),
                    Cell::held(value.as_ref()),
                    Cell::text(row.value.as_ref().map(|(_, origin)| origin.as_str())),
                    Cell::Text(row.split.as_str()),
                ],
            )?;
        }
        let mut gone: Vec<StateRow> = before.into_values().collect();
        gone.sort_unstable_by_key(|row| row.seq);
        for row in gone {
            let item = Cell::Ref(row.seq.into(), &row.key.0);
            inserter.add(
                self,
                &[Cell::Blob(id.as_bytes()), item, Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null],
            )?;
        }
        Ok(id)
    }
}

/// What a snapshot holds: the changes of every one before it, oldest first. That one of them was undone changes nothing.
fn stored(conn: &Connection, kind: Kind, last: Option<SnapshotId>) -> Result<HashMap<u32, StateRow>> {
    let mut chain = Vec::new();
    let mut at = last;
    while let Some(id) = at {
        chain.push(id);
        at = sql::first(conn, "SELECT parent FROM snapshot WHERE id = ?1", [id.as_bytes()], |row| {
            sql::maybe_id(row, 0)
        })?
        .flatten()
        .filter(|parent| !chain.contains(parent));
    }
    let mut rows = HashMap::new();
    let query = "SELECT s.item, i.key, s.text, s.fields, t.hash, f.hash, c.body, s.origin, s.split
                 FROM snapshot_item s JOIN item i ON i.seq = s.item
                 LEFT JOIN content t ON t.id = s.text LEFT JOIN content f ON f.id = s.fields
                 LEFT JOIN content c ON c.id = s.value WHERE s.snapshot = ?1";
    for id in chain.iter().rev() {
        sql::each(conn, query, [id.as_bytes()], |row| {
            let seq: u32 = row.get(0)?;
            let Some(text) = row.get(2)? else {
                rows.remove(&seq);
                return Ok(());
            };
            let held = (text, row.get(3)?);
            let value = match row.get::<_, Option<String>>(6)? {
                Some(body) => {
                    let value = Value::from_json(kind, &sql::json(&body)?);
                    let value = value.ok_or_else(|| sql::damaged(&"a value is not of its question's kind"))?;
                    Some((value, sql::word(row, 7)?))
                }
                None => None,
            };
            let key = sql::key(row, 1)?;
            let (text, fields) = (sql::digest(row, 4)?, sql::digest(row, 5)?);
            rows.insert(seq, StateRow { seq, key, text, fields, value, split: sql::word(row, 8)?, held });
            Ok(())
        })?;
    }
    Ok(rows)
}
