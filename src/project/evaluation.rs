//! The evaluation set: set aside when items come in, by one seeded permutation, whole groups at a time.

use super::facts::{self, Cell};
use super::{ItemBatch, Writer, sql};
use crate::domain::{Digest, ItemKey};
use crate::error::Result;
use std::collections::HashMap;

/// At most so many items are set aside for evaluation.
const EVALUATION_CAP: usize = 2_000;

/// An item that was not there.
pub(super) struct Placed {
    pub seq: i64,
    pub key: ItemKey,
    /// What keeps rows together in splits, as a hash.
    pub grouping: Option<[u8; 16]>,
}

impl Writer<'_> {
    /// Sets aside the first share of the new items in one seeded permutation, whole groups at a time.
    pub(super) fn set_aside(&mut self, batch: &ItemBatch<'_>, new: &[Placed]) -> Result<usize> {
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
        let mut inserter = self.inserter(&facts::EVALUATION)?;
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
}
