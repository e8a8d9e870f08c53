//! Items coming in: hashed in parallel, checked against what is there, then written in one pass.

use super::content::Held;
use super::facts::{self, Cell};
use super::items::fields;
use super::{Writer, sql};
use crate::domain::{Digest, FieldValue, ItemKey};
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// At most so many items are set aside for evaluation.
const EVALUATION_CAP: usize = 2_000;
/// How often progress is told, in rows.
const STRIDE: usize = 4_096;

/// One row of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// The source's own id, if it has one.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// Values in the order of the declared fields; missing ones at the end may be left out.
    pub fields: Vec<FieldValue>,
    /// What keeps rows together in splits.
    pub group: Option<String>,
}

/// What to do with a row whose id is there with another text or other fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Refuse the whole batch.
    Refuse,
    /// Make it the item's next version.
    Replace,
}

/// Rows of one source on their way in.
#[derive(Debug, Clone)]
pub struct ItemBatch<'a> {
    /// Names the source; ids are unique within one.
    pub source: &'a str,
    /// The rows.
    pub rows: &'a [NewItem],
    /// What to do with changed rows.
    pub update: Update,
    /// Share of the new items that is set aside for evaluation.
    pub evaluation: f64,
    /// Seed of the permutation that chooses them.
    pub seed: u64,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemReport {
    /// Items that were not there.
    pub added: usize,
    /// Items that were there just so.
    pub unchanged: usize,
    /// Items that got a new version.
    pub updated: usize,
    /// Rows that repeat an earlier row of the batch.
    pub collapsed: usize,
    /// New items that were set aside for evaluation.
    pub evaluation: usize,
    /// The item of each row of the batch.
    pub items: Vec<u32>,
    /// The rows, counted from 0, that made new versions.
    pub changed: Vec<usize>,
}

struct Prepared {
    key: ItemKey,
    text: Digest,
    json: String,
    fields: Digest,
    grouping: Option<[u8; 16]>,
}

struct Known {
    seq: i64,
    /// Revision, text and fields that hold now; none where the item's import was undone.
    now: Option<(Digest, Digest)>,
    last_revision: i64,
}

impl Writer<'_> {
    /// Brings rows in; `progress` is told the number of rows that are done.
    pub fn put_items(&mut self, batch: &ItemBatch<'_>, progress: &mut dyn FnMut(usize)) -> Result<ItemReport> {
        let prepared = self.prepare(batch)?;
        let mut report = ItemReport { items: vec![0; prepared.len()], ..ItemReport::default() };
        let mut collapsed = Vec::new();
        let fresh_file = sql::value::<i64>(self.conn, "SELECT NOT EXISTS (SELECT 1 FROM item)", [])? == 1;
        let mut first_rows: HashMap<ItemKey, usize> = HashMap::with_capacity(prepared.len());
        let mut writing = Vec::with_capacity(prepared.len());
        for (i, row) in prepared.iter().enumerate() {
            match first_rows.entry(row.key) {
                Entry::Occupied(first) => {
                    same_or_refuse(batch, &prepared[*first.get()], row, *first.get(), i)?;
                    report.collapsed += 1;
                    collapsed.push((i, *first.get()));
                }
                Entry::Vacant(entry) => {
                    entry.insert(i);
                    let known = if fresh_file { None } else { self.known(row.key)? };
                    match known {
                        None => report.added += 1,
                        Some(Known { seq, now: Some(now), .. }) if now == (row.text, row.fields) => {
                            report.unchanged += 1;
                            report.items[i] = row_number(seq)?;
                            continue;
                        }
                        Some(Known { now: Some(_), .. }) => {
                            report.updated += 1;
                            report.changed.push(i);
                        }
                        Some(Known { now: None, .. }) => report.added += 1,
                    }
                    writing.push((i, known));
                }
            }
        }
        if report.updated > 0 && batch.update == Update::Refuse {
            return Err(self.changed(batch, &writing, report.updated));
        }
        let new = self.write_items(batch, &prepared, &writing, &mut report.items, progress)?;
        for (row, first) in collapsed {
            report.items[row] = report.items[first];
        }
        report.evaluation = self.set_aside(batch, &new)?;
        Ok(report)
    }

    fn prepare(&self, batch: &ItemBatch<'_>) -> Result<Vec<Prepared>> {
        let declared = fields(self.conn)?;
        if let Some(row) = batch.rows.iter().find(|row| row.fields.len() > declared.len()) {
            let (got, want) = (row.fields.len(), declared.len());
            return Err(Error::internal(format!("a row has {got} values for {want} declared fields")));
        }
        let mut order: Vec<usize> = (0..declared.len()).collect();
        order.sort_by(|a, b| declared[*a].name.cmp(&declared[*b].name));
        let names: Vec<(usize, String)> =
            order.into_iter().map(|i| (i, serde_json::Value::from(declared[i].name.as_str()).to_string())).collect();
        let keys = self.keys;
        let prepare = |row: &NewItem| {
            let json = fields_json(&names, &row.fields);
            let (text, fields) = (keys.content(&row.text), keys.content(&json));
            let key = match &row.id {
                Some(id) => keys.item_by_id(batch.source, id),
                None => keys.item_by_content(text, fields),
            };
            let grouping = row.group.as_deref().map(|group| {
                let mut short = [0; 16];
                short.copy_from_slice(&keys.parts("group", &[group.as_bytes()]).0[..16]);
                short
            });
            Prepared { key, text, json, fields, grouping }
        };
        Ok(batch.rows.par_iter().map(prepare).collect())
    }

    fn known(&self, key: ItemKey) -> Result<Option<Known>> {
        sql::first(
            self.conn,
            "SELECT i.seq, (SELECT max(revision) FROM item_version v WHERE v.item = i.seq), t.hash, f.hash
             FROM item i LEFT JOIN now_item n ON n.item = i.seq
             LEFT JOIN content t ON t.id = n.text LEFT JOIN content f ON f.id = n.fields WHERE i.key = ?1",
            [key.0],
            |row| {
                let now = match row.get::<_, Option<[u8; 32]>>(2)? {
                    Some(text) => Some((Digest(text), sql::digest(row, 3)?)),
                    None => None,
                };
                Ok(Known { seq: row.get(0)?, now, last_revision: row.get::<_, Option<i64>>(1)?.unwrap_or(0) })
            },
        )
    }

    /// Writes the rows and notes the item of each; the seq, key and group of those that were not there.
    fn write_items(
        &mut self,
        batch: &ItemBatch<'_>,
        prepared: &[Prepared],
        writing: &[(usize, Option<Known>)],
        items: &mut [u32],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Placed>> {
        if writing.is_empty() {
            return Ok(Vec::new());
        }
        let conn = self.conn;
        sql::run(conn, "INSERT OR IGNORE INTO source (name) VALUES (?1)", [batch.source])?;
        let source: i64 = sql::value(conn, "SELECT id FROM source WHERE name = ?1", [batch.source])?;
        let mut contents = Contents::new(self, 2 * writing.len())?;
        let mut item = conn.prepare_cached("INSERT INTO item (key, source, id) VALUES (?1, ?2, ?3)")?;
        let mut version = self.inserter(facts::ITEM)?;
        let mut now = conn.prepare_cached(
            "INSERT INTO now_item (item, revision, text, fields) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (item) DO UPDATE SET revision = ?2, text = ?3, fields = ?4",
        )?;
        let mut placed = Vec::with_capacity(writing.len());
        for (done, (i, known)) in writing.iter().enumerate() {
            let (row, given) = (&prepared[*i], &batch.rows[*i]);
            let text = contents.hold(row.text, &given.text)?;
            let fields = contents.hold(row.fields, &row.json)?;
            let (seq, revision) = match known {
                Some(known) => (known.seq, known.last_revision + 1),
                None => {
                    item.execute((row.key.0, source, &given.id))?;
                    (conn.last_insert_rowid(), 1)
                }
            };
            items[*i] = row_number(seq)?;
            let grouping = row.grouping.as_ref().map_or(Cell::Null, |g| Cell::Blob(g));
            version
                .add(self, &[Cell::Ref(seq, &row.key.0), Cell::Int(revision), text.cell(), fields.cell(), grouping])?;
            now.execute((seq, revision, text.id, fields.id))?;
            if known.as_ref().is_none_or(|k| k.now.is_none()) {
                placed.push(Placed { seq, key: row.key, grouping: row.grouping });
            }
            if done % STRIDE == 0 {
                progress(done);
            }
        }
        progress(writing.len());
        Ok(placed)
    }

    /// Sets aside the first share of the new items in one seeded permutation, whole groups at a time.
    fn set_aside(&mut self, batch: &ItemBatch<'_>, new: &[Placed]) -> Result<usize> {
        let before: i64 = sql::value(
            self.conn,
            "SELECT count(DISTINCT item) FROM evaluation WHERE act NOT IN (SELECT act FROM dead)",
            [],
        )?;
        let room = EVALUATION_CAP.saturating_sub(usize::try_from(before).unwrap_or(usize::MAX));
        let wanted = ((new.len() as f64 * batch.evaluation.clamp(0.0, 1.0)).round() as usize).min(room);
        let decided = self.decided_groups(new)?;
        let mut units: HashMap<&[u8], Vec<&Placed>> = HashMap::new();
        for place in new {
            units.entry(place.grouping.as_ref().map_or(&place.key.0[..], |g| g)).or_default().push(place);
        }
        let mut units: Vec<(Digest, &[u8], Vec<&Placed>)> = units
            .into_iter()
            .map(|(unit, rows)| (self.keys.parts("evaluation", &[&batch.seed.to_le_bytes(), unit]), unit, rows))
            .collect();
        units.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut chosen: Vec<&Placed> = Vec::with_capacity(wanted);
        for (_, unit, rows) in units {
            match decided.get(unit) {
                Some(true) => chosen.extend(rows),
                Some(false) => {}
                None if chosen.len() >= wanted => {}
                None => {
                    let after = chosen.len() + rows.len();
                    if after <= room && (after <= wanted || after <= new.len() / 2) {
                        chosen.extend(rows);
                    }
                }
            }
        }
        chosen.sort_by_key(|place| place.seq);
        let mut inserter = self.inserter(facts::EVALUATION)?;
        for place in &chosen {
            inserter.add(self, &[Cell::Ref(place.seq, &place.key.0)])?;
        }
        Ok(chosen.len())
    }

    /// The groups that have items from before: whether they are set aside.
    fn decided_groups(&self, new: &[Placed]) -> Result<HashMap<Vec<u8>, bool>> {
        let mut decided = HashMap::new();
        let Some(first_new) = new.iter().filter(|p| p.grouping.is_some()).map(|p| p.seq).min() else {
            return Ok(decided);
        };
        sql::each(
            self.conn,
            "SELECT DISTINCT v.grouping, EXISTS (SELECT 1 FROM evaluation e WHERE e.item = v.item)
             FROM item_version v WHERE v.grouping IS NOT NULL AND v.item < ?1",
            [first_new],
            |row| {
                *decided.entry(row.get(0)?).or_insert(false) |= row.get::<_, bool>(1)?;
                Ok(())
            },
        )?;
        Ok(decided)
    }

    fn changed(&self, batch: &ItemBatch<'_>, writing: &[(usize, Option<Known>)], count: usize) -> Error {
        let ids: Vec<String> = writing
            .iter()
            .filter(|(_, known)| known.as_ref().is_some_and(|k| k.now.is_some()))
            .filter_map(|(i, _)| batch.rows[*i].id.clone())
            .take(3)
            .collect();
        Error::conflict(format!(
            "{count} rows differ from what the project holds under the same id: {} …",
            ids.join(", ")
        ))
        .hint("--update makes them new versions; answers to changed texts are then asked again")
    }
}

/// An item that was not there.
struct Placed {
    seq: i64,
    key: ItemKey,
    grouping: Option<[u8; 16]>,
}

/// Contents of a batch, each written once.
struct Contents<'p> {
    writer_conn: &'p rusqlite::Connection,
    insert: rusqlite::CachedStatement<'p>,
    ids: HashMap<Digest, i64>,
}

impl<'p> Contents<'p> {
    fn new(writer: &Writer<'p>, capacity: usize) -> Result<Self> {
        Ok(Self {
            writer_conn: writer.conn,
            insert: writer.conn.prepare_cached("INSERT OR IGNORE INTO content (hash, body) VALUES (?1, ?2)")?,
            ids: HashMap::with_capacity(capacity),
        })
    }

    fn hold(&mut self, hash: Digest, body: &str) -> Result<Held> {
        let id = match self.ids.entry(hash) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(entry) => {
                let id = if self.insert.execute((hash.0, body))? == 1 {
                    self.writer_conn.last_insert_rowid()
                } else {
                    sql::value(self.writer_conn, "SELECT id FROM content WHERE hash = ?1", [hash.0])?
                };
                *entry.insert(id)
            }
        };
        Ok(Held { id, hash })
    }
}

/// A local row number as it is known outside the file.
fn row_number(seq: i64) -> Result<u32> {
    u32::try_from(seq).map_err(|_| Error::data("a project holds at most four thousand million items"))
}

fn same_or_refuse(batch: &ItemBatch<'_>, first: &Prepared, row: &Prepared, at: usize, again: usize) -> Result<()> {
    if (first.text, first.fields) == (row.text, row.fields) {
        return Ok(());
    }
    let id = batch.rows[again].id.as_deref().unwrap_or_default();
    Err(Error::data(format!(
        "{}: the id {id:?} stands at row {} and, with other content, at row {}",
        batch.source,
        at + 1,
        again + 1
    ))
    .hint("ids must be unique: choose another id column with --id, or repair the file"))
}

/// The canonical JSON of fields: an object with sorted names, missing values left out.
fn fields_json(names: &[(usize, String)], values: &[FieldValue]) -> String {
    let mut json = String::from("{");
    for (i, name) in names {
        let value = match values.get(*i) {
            None | Some(FieldValue::Null) => continue,
            Some(FieldValue::Boolean(b)) => serde_json::Value::from(*b),
            Some(FieldValue::Integer(n)) => serde_json::Value::from(*n),
            Some(FieldValue::Number(x)) if !x.is_finite() => continue,
            Some(FieldValue::Number(x)) => serde_json::Value::from(x + 0.0),
            Some(FieldValue::Text(text)) => serde_json::Value::from(text.as_str()),
        };
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(name);
        json.push(':');
        json.push_str(&value.to_string());
    }
    json.push('}');
    json
}
