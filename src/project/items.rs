//! Items: what is read of them, one by one and all at once.

use super::fields::FieldReader;
use super::splits::splits;
use super::{Project, sql};
use crate::domain::{Digest, FieldValue, ItemKey, Split};
use crate::error::{Error, Result};

/// One item as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Its local row number, from 1.
    pub seq: u32,
    /// What names it in every copy.
    pub key: ItemKey,
    /// The source it came from.
    pub source: String,
    /// The source's own id; none where it has none or it was erased.
    pub id: Option<String>,
    /// The text; empty once erased.
    pub text: String,
    /// Hash of the text.
    pub text_hash: Digest,
    /// Values in the order of [`Project::fields`].
    pub fields: Vec<FieldValue>,
    /// What it is for.
    pub split: Split,
    /// How often it changed, from 1.
    pub revision: u32,
}

impl ItemRow {
    /// What a person calls it: the source's id, else the beginning of its key.
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.key.to_string()[..12].to_owned())
    }
}

/// What is known of every item without its text; entry `i` is the item of seq `i + 1`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemColumns {
    /// Keys.
    pub keys: Vec<ItemKey>,
    /// Whether the item is there: its import may have been undone.
    pub live: Vec<bool>,
    /// What it is for.
    pub split: Vec<Split>,
}

impl ItemColumns {
    /// Whether the item of a row judges: nothing learns from it.
    pub fn is_test(&self, seq: u32) -> bool {
        (seq as usize).checked_sub(1).and_then(|i| self.split.get(i)) == Some(&Split::Test)
    }
}

impl Project {
    /// The sources with how many of their items are there, in the order in which they came.
    pub fn sources_with_counts(&self) -> Result<Vec<(String, usize)>> {
        sql::list(
            &self.conn,
            "SELECT s.name, count(n.item) FROM source s LEFT JOIN item i ON i.source = s.id
             LEFT JOIN now_item n ON n.item = i.seq GROUP BY s.id ORDER BY s.id",
            [],
            |row| Ok((row.get(0)?, row.get::<_, u32>(1)? as usize)),
        )
    }

    /// The highest seq: live items and those whose import was undone.
    pub fn item_rows(&self) -> Result<u32> {
        sql::value(&self.conn, "SELECT coalesce(max(seq), 0) FROM item", [])
    }

    /// How many items there are.
    pub fn item_count(&self) -> Result<u32> {
        sql::value(&self.conn, "SELECT count(*) FROM now_item", [])
    }

    /// One item.
    pub fn item(&self, seq: u32) -> Result<ItemRow> {
        let fields = self.fields()?;
        let row = sql::first(
            &self.conn,
            "SELECT i.key, s.name, i.id, t.body, t.hash, f.body, n.revision,
                coalesce((SELECT p.split FROM v_splits p WHERE p.item = i.seq), 'train')
             FROM now_item n JOIN item i ON i.seq = n.item JOIN source s ON s.id = i.source
             JOIN content t ON t.id = n.text JOIN content f ON f.id = n.fields WHERE n.item = ?1",
            [seq],
            |row| {
                let mut values = vec![FieldValue::Null; fields.len()];
                FieldReader::new(&fields).read(row.get::<_, Option<String>>(5)?.as_deref(), &mut values)?;
                Ok(ItemRow {
                    seq,
                    key: sql::key(row, 0)?,
                    source: row.get(1)?,
                    id: row.get(2)?,
                    text: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
                    text_hash: sql::digest(row, 4)?,
                    fields: values,
                    split: sql::word(row, 7)?,
                    revision: row.get(6)?,
                })
            },
        )?;
        row.ok_or_else(|| Error::data(format!("there is no item in row {seq}")))
    }

    /// What a person calls an item, whether it is there or not.
    pub fn item_name(&self, seq: u32) -> Result<String> {
        let name = sql::first(&self.conn, "SELECT id, key FROM item WHERE seq = ?1", [seq], |row| {
            let id: Option<String> = row.get(0)?;
            Ok(match id {
                Some(id) => id,
                None => sql::key(row, 1)?.to_string()[..12].to_owned(),
            })
        })?;
        name.ok_or_else(|| Error::data(format!("there is no item in row {seq}")))
    }

    /// The item that somebody means: by the source's id, or by a unique beginning of its key.
    pub fn find_item(&self, name: &str) -> Result<u32> {
        let mut found = Vec::new();
        for source in sql::list(&self.conn, "SELECT name FROM source", [], |row| Ok(row.get::<_, String>(0)?))? {
            let key = self.keys.item_by_id(&source, name);
            found.extend(sql::first(&self.conn, "SELECT seq FROM item WHERE key = ?1", [key.0], |row| {
                Ok(row.get::<_, u32>(0)?)
            })?);
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => self.find_by_key(name),
            several => {
                Err(Error::usage(format!("{name:?} is the id of {} items, of different sources", several.len()))
                    .hint("name it by the beginning of its key: `karat queue --json` and `karat export` show keys"))
            }
        }
    }

    fn find_by_key(&self, prefix: &str) -> Result<u32> {
        if let Some((from, to)) = hex_range(prefix) {
            let hits = sql::list(
                &self.conn,
                "SELECT seq FROM item WHERE key >= ?1 AND key <= ?2 LIMIT 2",
                (&from[..], &to[..]),
                |row| Ok(row.get::<_, u32>(0)?),
            )?;
            match hits.as_slice() {
                [one] => return Ok(*one),
                [] => {}
                _ => {
                    return Err(
                        Error::usage(format!("several items' keys begin with {prefix}")).hint("give more of the key")
                    );
                }
            }
        }
        let error = Error::data(format!("no item is called {prefix:?}"));
        let near = sql::list(
            &self.conn,
            "SELECT id FROM item WHERE id LIKE ?1 || '%' OR trim(lower(id)) = trim(lower(?1))
                OR ltrim(id, '0') = ltrim(?1, '0') LIMIT 3",
            [prefix],
            |row| Ok(row.get::<_, String>(0)?),
        )?;
        Err(match near.as_slice() {
            [] => error.hint("an item is named by the id of its source, or by the beginning of its key"),
            near => error.hint(format!("did you mean {}?", near.join(", "))),
        })
    }

    /// Keys and flags of every item.
    pub fn items(&self) -> Result<ItemColumns> {
        self.reading(|conn| {
            let mut columns = ItemColumns::default();
            sql::each(conn, "SELECT key FROM item ORDER BY seq", [], |row| {
                columns.keys.push(sql::key(row, 0)?);
                Ok(())
            })?;
            columns.live = vec![false; columns.keys.len()];
            columns.split = vec![Split::Train; columns.keys.len()];
            sql::each(conn, "SELECT item FROM now_item", [], |row| {
                place(&mut columns.live, row.get(0)?, true);
                Ok(())
            })?;
            for (seq, split) in splits(conn)? {
                place(&mut columns.split, seq, split);
            }
            Ok(columns)
        })
    }

    /// Visits every row from seq 1 on with its text; an item that is gone or was erased has none left.
    pub fn for_each_text(&self, mut visit: impl FnMut(u32, &str)) -> Result<()> {
        self.for_each_body("text", |seq, body| {
            visit(seq, body.unwrap_or_default());
            Ok(())
        })
    }

    /// Visits every row from seq 1 on with its values, in the order of [`Project::fields`].
    pub fn for_each_fields(&self, mut visit: impl FnMut(u32, &[FieldValue])) -> Result<()> {
        let fields = self.fields()?;
        let reader = FieldReader::new(&fields);
        let mut values = vec![FieldValue::Null; fields.len()];
        self.for_each_body("fields", |seq, body| {
            values.fill(FieldValue::Null);
            reader.read(body, &mut values)?;
            visit(seq, &values);
            Ok(())
        })
    }

    fn for_each_body(&self, column: &str, mut visit: impl FnMut(u32, Option<&str>) -> Result<()>) -> Result<()> {
        let query = format!(
            "SELECT i.seq, c.body FROM item i LEFT JOIN now_item n ON n.item = i.seq
             LEFT JOIN content c ON c.id = n.{column} ORDER BY i.seq"
        );
        sql::each(&self.conn, &query, [], |row| {
            let body = row.get_ref(1)?.as_str_or_null().map_err(|e| sql::damaged(&e))?;
            visit(row.get(0)?, body)
        })
    }

    /// The names of the sources that items came from.
    pub fn sources(&self) -> Result<Vec<String>> {
        sql::list(&self.conn, "SELECT name FROM source ORDER BY id", [], |row| Ok(row.get(0)?))
    }

    /// The source's own id of every item, entry `i` for seq `i + 1`.
    pub fn item_ids(&self) -> Result<Vec<Option<String>>> {
        sql::list(&self.conn, "SELECT id FROM item ORDER BY seq", [], |row| Ok(row.get(0)?))
    }

    /// The place in [`Project::sources`] of every item's source, entry `i` for seq `i + 1`.
    pub fn item_sources(&self) -> Result<Vec<usize>> {
        let ids: Vec<i64> = sql::list(&self.conn, "SELECT id FROM source ORDER BY id", [], |row| Ok(row.get(0)?))?;
        sql::list(&self.conn, "SELECT source FROM item ORDER BY seq", [], |row| {
            Ok(ids.binary_search(&row.get(0)?).unwrap_or_default())
        })
    }

    /// Changes whenever an item's text or fields do, or the rows they stand in: the key of what is computed from them.
    pub fn items_digest(&self) -> Result<Digest> {
        self.reading(|conn| {
            let mut parts: Vec<Vec<u8>> = Vec::new();
            let acts =
                "SELECT id FROM act WHERE kind IN ('init', 'import', 'erase') AND seq NOT IN (SELECT act FROM dead)
                        ORDER BY seq";
            sql::each(conn, acts, [], |row| {
                parts.push(row.get::<_, [u8; 16]>(0)?.to_vec());
                Ok(())
            })?;
            let rows: u32 = sql::value(conn, "SELECT coalesce(max(seq), 0) FROM item", [])?;
            parts.push(rows.to_le_bytes().to_vec());
            for at in 0..rows.min(64) {
                let seq = 1 + u64::from(at) * u64::from(rows - 1) / 63;
                let seq = i64::try_from(seq.min(u64::from(rows))).unwrap_or(i64::MAX);
                parts.push(sql::value::<[u8; 32]>(conn, "SELECT key FROM item WHERE seq = ?1", [seq])?.to_vec());
            }
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            Ok(self.keys.parts("items", &parts))
        })
    }
}

fn place<T>(column: &mut [T], seq: u32, value: T) {
    if let Some(cell) = (seq as usize).checked_sub(1).and_then(|i| column.get_mut(i)) {
        *cell = value;
    }
}

/// The lowest and highest keys that begin with some hexadecimal digits.
fn hex_range(prefix: &str) -> Option<([u8; 32], [u8; 32])> {
    let missing = 64usize.checked_sub(prefix.len()).filter(|_| !prefix.is_empty())?;
    let key = |fill: &str| format!("{prefix}{}", fill.repeat(missing)).to_lowercase().parse::<ItemKey>().ok();
    Some((key("0")?.0, key("f")?.0))
}
