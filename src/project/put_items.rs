//! Items coming in: hashed in parallel, checked against what is there, then written in one pass.

use super::content::Held;
use super::facts::{self, Cell};
use super::fields::fields;
use super::hash::DigestMap;
use super::known_items::{Known, KnownItem};
use super::splits::Placed;
use super::{Writer, sql};
use crate::domain::{Digest, FieldValue, ItemKey};
use crate::error::{Error, Result};
use rayon::prelude::*;
use rusqlite::{CachedStatement, Connection};
use std::collections::hash_map::Entry;

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

impl ItemReport {
    /// Takes in what became of a later batch, whose rows are counted from `before`.
    pub fn append(&mut self, later: Self, before: usize) {
        self.added += later.added;
        self.unchanged += later.unchanged;
        self.updated += later.updated;
        self.collapsed += later.collapsed;
        self.evaluation += later.evaluation;
        self.items.extend(later.items);
        self.changed.extend(later.changed.into_iter().map(|row| row + before));
    }
}

struct Prepared {
    key: ItemKey,
    text: Digest,
    json: String,
    fields: Digest,
    grouping: Option<[u8; 16]>,
}

impl Writer<'_> {
    /// Brings rows in; `progress` is told the number of rows that are done.
    pub fn put_items(&mut self, batch: &ItemBatch<'_>, progress: &mut dyn FnMut(usize)) -> Result<ItemReport> {
        let prepared = self.prepare(batch)?;
        let mut report = ItemReport { items: vec![0; prepared.len()], ..ItemReport::default() };
        let mut collapsed = Vec::new();
        let known = Known::of(self.conn, batch.rows.len())?;
        let mut first_rows: DigestMap<usize> = DigestMap::with_capacity_and_hasher(prepared.len(), <_>::default());
        let mut writing = Vec::with_capacity(prepared.len());
        for (i, row) in prepared.iter().enumerate() {
            match first_rows.entry(Digest(row.key.0)) {
                Entry::Occupied(first) => {
                    same_or_refuse(batch, &prepared[*first.get()], row, *first.get(), i)?;
                    report.collapsed += 1;
                    collapsed.push((i, *first.get()));
                }
                Entry::Vacant(entry) => {
                    entry.insert(i);
                    let item = known.item(self.conn, row.key)?;
                    match item {
                        None => report.added += 1,
                        Some(KnownItem { seq, now: Some(now) }) if now == (row.text, row.fields) => {
                            report.unchanged += 1;
                            report.items[i] = row_number(seq)?;
                            continue;
                        }
                        Some(KnownItem { now: Some(_), .. }) => {
                            report.updated += 1;
                            report.changed.push(i);
                        }
                        Some(KnownItem { now: None, .. }) => report.added += 1,
                    }
                    writing.push((i, item));
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
        report.evaluation = self.place_new(batch, &new)?;
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

    /// Writes the rows and notes the item of each; the seq, key and group of those that were not there.
    fn write_items(
        &mut self,
        batch: &ItemBatch<'_>,
        prepared: &[Prepared],
        writing: &[(usize, Option<KnownItem>)],
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
        let mut version = self.inserter(&facts::ITEM)?;
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
                Some(known) => {
                    let last = "SELECT coalesce(max(revision), 0) FROM item_version WHERE item = ?1";
                    (known.seq, sql::value::<i64>(conn, last, [known.seq])? + 1)
                }
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
                let text = (!batch.rows[*i].text.is_empty()).then_some(text.id);
                placed.push(Placed { seq, key: row.key, text, grouping: row.grouping, row: *i });
            }
            if done % STRIDE == 0 {
                progress(done);
            }
        }
        progress(writing.len());
        Ok(placed)
    }

    fn changed(&self, batch: &ItemBatch<'_>, writing: &[(usize, Option<KnownItem>)], count: usize) -> Error {
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

/// Contents of a batch, each written once.
struct Contents<'p> {
    conn: &'p Connection,
    insert: CachedStatement<'p>,
    ids: DigestMap<i64>,
}

impl<'p> Contents<'p> {
    fn new(writer: &Writer<'p>, capacity: usize) -> Result<Self> {
        Ok(Self {
            conn: writer.conn,
            insert: writer.conn.prepare_cached("INSERT OR IGNORE INTO content (hash, body) VALUES (?1, ?2)")?,
            ids: DigestMap::with_capacity_and_hasher(capacity, <_>::default()),
        })
    }

    fn hold(&mut self, hash: Digest, body: &str) -> Result<Held> {
        let id = match self.ids.entry(hash) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(entry) => {
                let id = if self.insert.execute((hash.0, body))? == 1 {
                    self.conn.last_insert_rowid()
                } else {
                    sql::value(self.conn, "SELECT id FROM content WHERE hash = ?1", [hash.0])?
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
