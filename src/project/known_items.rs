//! Which rows of a batch are in the file already.

use super::hash::DigestMap;
use super::sql;
use crate::domain::{Digest, ItemKey};
use crate::error::Result;
use rusqlite::{Connection, Row};

/// An item that is there already.
#[derive(Clone, Copy)]
pub(super) struct KnownItem {
    /// Its row.
    pub seq: i64,
    /// Text and fields that hold now; none where the item's import was undone.
    pub now: Option<(Digest, Digest)>,
}

/// The items that are there already: all of them where many rows will be compared, else each when asked.
pub(super) enum Known {
    All(DigestMap<KnownItem>),
    Ask,
}

/// From so many rows on, reading all items at once is quicker than asking for each.
const MANY_ROWS: usize = 1_000;
const KNOWN: &str = "SELECT i.key, i.seq, t.hash, f.hash FROM item i LEFT JOIN now_item n ON n.item = i.seq
    LEFT JOIN content t ON t.id = n.text LEFT JOIN content f ON f.id = n.fields";

impl Known {
    pub(super) fn of(conn: &Connection, rows: usize) -> Result<Self> {
        let items: u32 = sql::value(conn, "SELECT coalesce(max(seq), 0) FROM item", [])?;
        if rows < MANY_ROWS && items > 0 {
            return Ok(Self::Ask);
        }
        let mut all = DigestMap::with_capacity_and_hasher(items as usize, <_>::default());
        sql::each(conn, &format!("{KNOWN} ORDER BY i.seq"), [], |row| {
            all.insert(sql::digest(row, 0)?, Self::read(row)?);
            Ok(())
        })?;
        Ok(Self::All(all))
    }

    pub(super) fn item(&self, conn: &Connection, key: ItemKey) -> Result<Option<KnownItem>> {
        match self {
            Self::All(all) => Ok(all.get(&Digest(key.0)).copied()),
            Self::Ask => sql::first(conn, &format!("{KNOWN} WHERE i.key = ?1"), [key.0], Self::read),
        }
    }

    fn read(row: &Row<'_>) -> Result<KnownItem> {
        let now = match row.get::<_, Option<[u8; 32]>>(2)? {
            Some(text) => Some((Digest(text), sql::digest(row, 3)?)),
            None => None,
        };
        Ok(KnownItem { seq: row.get(1)?, now })
    }
}
