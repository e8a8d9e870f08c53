//! Which items teach, tune and judge: set aside when items come in, or by a rule that was recorded once and holds for
//! whatever comes later. Rows of one group and exact copies stay together.

use super::facts::{self, Cell};
use super::fields::{FieldReader, fields};
use super::{ItemBatch, Project, Writer, sql};
use crate::domain::{FieldValue, ItemKey, Moment, Split, SplitBy, SplitId, SplitRule};
use crate::error::{Error, Result};
use crate::ids;
use crate::splits::{Drawn, Ties, Units, threshold};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// At most so many items are set aside for evaluation when items come in.
const EVALUATION_CAP: usize = 2_000;

/// What keeps two rows in one split.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bond {
    /// The same text.
    Text(i64),
    /// The same group when they came in, as a hash.
    Group([u8; 16]),
    /// The same value of the field that a rule goes by.
    Field(String),
}

/// An item as splitting sees it.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Its row.
    pub seq: u32,
    /// What names it.
    pub key: ItemKey,
    /// What it must stay with.
    pub bonds: Vec<Bond>,
}

/// An item that was not there.
pub(super) struct Placed {
    pub seq: i64,
    pub key: ItemKey,
    /// The content that its text is; none of an empty one, of which nothing is a copy.
    pub text: Option<i64>,
    /// What keeps rows together in splits, as a hash.
    pub grouping: Option<[u8; 16]>,
    /// Its row of the batch.
    pub row: usize,
}

impl Placed {
    fn bonds(&self) -> Vec<Bond> {
        self.text.map(Bond::Text).into_iter().chain(self.grouping.map(Bond::Group)).collect()
    }
}

impl Project {
    /// The rule that items are split by; none where only the evaluation set was set aside when they came in.
    pub fn split_rule(&self) -> Result<Option<(SplitId, SplitRule)>> {
        rule(&self.conn)
    }

    /// Every item that is there with what it must stay with, by row. `group` is a field that binds too.
    pub fn bound(&self, group: Option<&str>) -> Result<Vec<Bound>> {
        let mut all = Vec::new();
        each_bound(&self.conn, &self.keys, group, |bound| {
            all.push(bound);
            Ok(())
        })?;
        Ok(all)
    }

    /// The group that every item came with, as a hash; items without one are left out.
    pub fn groups(&self) -> Result<HashMap<u32, [u8; 16]>> {
        let query = "SELECT v.item, v.grouping FROM now_item n JOIN item_version v ON v.item = n.item
                        AND v.revision = n.revision WHERE v.grouping IS NOT NULL";
        Ok(sql::list(&self.conn, query, [], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
    }

    /// The point at which each unit stands in a seeded draw.
    pub fn points(&self, units: &Units, seed: u64, rows: &[Bound]) -> Vec<u64> {
        let name = |row: usize| name_of(&rows[row].bonds, &rows[row].key);
        points(&self.keys, units, seed, &name)
    }
}

impl Writer<'_> {
    /// Records a split: its rule, and every item that does not teach.
    pub fn add_split(&mut self, rule: &SplitRule, assigned: &[(&Bound, Split)]) -> Result<SplitId> {
        let id: SplitId = ids::fresh(self.at());
        let revision: i64 = sql::value(self.conn, "SELECT coalesce(max(revision), 0) + 1 FROM split_rule", [])?;
        let text = serde_json::to_string(rule).map_err(|e| Error::internal(e.to_string()))?;
        self.fact(&facts::SPLIT_RULE, &[Cell::Blob(id.as_bytes()), Cell::Int(revision), Cell::Text(&text)])?;
        let mut inserter = self.inserter(&facts::SPLIT_ITEM)?;
        for (bound, split) in assigned.iter().filter(|(_, split)| *split != Split::Train) {
            let item = Cell::Ref(bound.seq.into(), &bound.key.0);
            inserter.add(self, &[Cell::Blob(id.as_bytes()), item, Cell::Text(split.as_str())])?;
        }
        Ok(id)
    }

    /// Gives new items their splits: by the rule where there is one, else a share of them is set aside. How many judge.
    pub(super) fn place_new(&mut self, batch: &ItemBatch<'_>, new: &[Placed]) -> Result<usize> {
        match rule(self.conn)? {
            Some((id, rule)) => self.split_new(&|row| &batch.rows[row].fields[..], new, id, &rule),
            None => self.set_aside(batch, new),
        }
    }

    /// Places items that came in another copy, or here, while the other copy's rule was not here: as that rule places
    /// what comes later. Tells how many.
    pub(super) fn place_apart(&mut self, id: SplitId, rule: &SplitRule, items: &[u32]) -> Result<usize> {
        let declared = fields(self.conn)?;
        let reader = FieldReader::new(&declared);
        let query = "SELECT i.key, n.text, v.grouping, c.body FROM now_item n JOIN item i ON i.seq = n.item
                     JOIN item_version v ON v.item = n.item AND v.revision = n.revision
                        AND v.act NOT IN (SELECT act FROM dead)
                     LEFT JOIN content c ON c.id = n.fields WHERE n.item = ?1 LIMIT 1";
        let (mut new, mut values) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
        let blank = blank(self.conn, self.keys)?;
        for item in items {
            sql::each(self.conn, query, [item], |row| {
                let mut own = vec![FieldValue::Null; declared.len()];
                reader.read(row.get_ref(3)?.as_str_or_null().map_err(|e| sql::damaged(&e))?, &mut own)?;
                let (key, text, grouping) = (sql::key(row, 0)?, row.get(1)?, row.get(2)?);
                let text = Some(text).filter(|text| Some(*text) != blank);
                new.push(Placed { seq: i64::from(*item), key, text, grouping, row: values.len() });
                values.push(own);
                Ok(())
            })?;
        }
        self.split_new(&|row| &values[row], &new, id, rule)?;
        Ok(new.len())
    }

    /// Places new items by a rule; `values` gives the fields of a row.
    fn split_new<'v>(
        &mut self,
        values: &dyn Fn(usize) -> &'v [FieldValue],
        new: &[Placed],
        id: SplitId,
        rule: &SplitRule,
    ) -> Result<usize> {
        let declared = fields(self.conn)?;
        let place = |name: &str| declared.iter().position(|field| field.name == name);
        let value = |row: usize, place: Option<usize>| place.and_then(|i| values(new[row].row).get(i));
        let group = rule.group.as_deref().and_then(place);
        let bonds = |row: usize| {
            let by_field = value(row, group).filter(|v| **v != FieldValue::Null);
            let mut bonds = new[row].bonds();
            bonds.extend(by_field.map(|v| Bond::Field(v.display())));
            bonds
        };
        let units = tied((0..new.len()).map(bonds));
        let decided = self.decided(new, &units, &bonds, rule.group.as_deref())?;
        let points = points(self.keys, &units, rule.seed, &|row| name_of(&bonds(row), &new[row].key));
        let split = match &rule.by {
            SplitBy::Share { test, validation, .. } => {
                let shares = Drawn { test: *test, validation: *validation };
                points.iter().map(|point| threshold(shares, *point)).collect()
            }
            SplitBy::Time { field, validation_from, test_from } => {
                let at = place(field);
                units.fold(Split::Train, |split, row| {
                    let moment = value(row, at).and_then(moment);
                    *split = (*split).max(split_of(moment.as_ref(), validation_from.as_ref(), test_from));
                })
            }
            SplitBy::Field { field } => {
                let at = place(field);
                units.fold(Split::Train, |split, row| {
                    let word = value(row, at).and_then(|v| Split::of_word(&v.display()));
                    *split = (*split).max(word.unwrap_or(Split::Train));
                })
            }
        };
        let mut inserter = self.inserter(&facts::SPLIT_ITEM)?;
        let mut judge = 0;
        for (row, placed) in new.iter().enumerate() {
            let unit = units.of()[row] as usize;
            let split: Split = decided[unit].unwrap_or(split[unit]);
            judge += usize::from(split == Split::Test);
            if split != Split::Train {
                let item = Cell::Ref(placed.seq, &placed.key.0);
                inserter.add(self, &[Cell::Blob(id.as_bytes()), item, Cell::Text(split.as_str())])?;
            }
        }
        Ok(judge)
    }

    /// Sets aside the first share of the new items in one seeded permutation, whole units at a time.
    fn set_aside(&mut self, batch: &ItemBatch<'_>, new: &[Placed]) -> Result<usize> {
        let before: i64 = sql::value(
            self.conn,
            "SELECT count(DISTINCT item) FROM evaluation WHERE act NOT IN (SELECT act FROM dead)",
            [],
        )?;
        let room = EVALUATION_CAP.saturating_sub(usize::try_from(before).unwrap_or(usize::MAX));
        let wanted = ((new.len() as f64 * batch.evaluation.clamp(0.0, 1.0)).round() as usize).min(room);
        let bonds = |row: usize| new[row].bonds();
        let units = tied((0..new.len()).map(bonds));
        let decided = self.decided(new, &units, &bonds, None)?;
        let points = points(self.keys, &units, batch.seed, &|row| name_of(&new[row].bonds(), &new[row].key));
        let size = units.fold(0usize, |n, _| *n += 1);
        let mut order: Vec<usize> = (0..units.count()).collect();
        order.sort_by_key(|&unit| (points[unit], unit));
        let mut aside = vec![false; units.count()];
        let mut chosen = 0;
        for unit in order {
            let after = chosen + size[unit];
            aside[unit] = match decided[unit] {
                Some(split) => split == Split::Test,
                None => chosen < wanted && after <= room && (after <= wanted || after <= new.len() / 2),
            };
            chosen += if aside[unit] { size[unit] } else { 0 };
        }
        let mut inserter = self.inserter(&facts::EVALUATION)?;
        for (placed, unit) in new.iter().zip(units.of()) {
            if aside[*unit as usize] {
                inserter.add(self, &[Cell::Ref(placed.seq, &placed.key.0)])?;
            }
        }
        Ok(chosen)
    }

    /// The splits of units that items from before belong to as well: of several, the best protected.
    fn decided(
        &self,
        new: &[Placed],
        units: &Units,
        bonds: &dyn Fn(usize) -> Vec<Bond>,
        group: Option<&str>,
    ) -> Result<Vec<Option<Split>>> {
        let all: usize = sql::value::<u32>(self.conn, "SELECT count(*) FROM now_item", [])? as usize;
        let is_new: HashSet<i64> = new.iter().map(|placed| placed.seq).collect();
        let mut known: HashMap<Bond, Split> = HashMap::new();
        if new.len() < all {
            let asked: HashSet<Bond> = (0..new.len()).flat_map(bonds).collect();
            let splits: HashMap<u32, Split> = splits(self.conn)?.into_iter().collect();
            each_bound(self.conn, self.keys, group, |bound| {
                if !is_new.contains(&bound.seq.into()) {
                    let split = splits.get(&bound.seq).copied().unwrap_or(Split::Train);
                    for bond in bound.bonds.into_iter().filter(|bond| asked.contains(bond)) {
                        let held = known.entry(bond).or_insert(split);
                        *held = (*held).max(split);
                    }
                }
                Ok(())
            })?;
        }
        let decided = |row: usize| bonds(row).iter().filter_map(|bond| known.get(bond).copied()).max();
        Ok(units.fold(None, |split: &mut Option<Split>, row| *split = (*split).max(decided(row))))
    }
}

/// The moment that a value stands for; none where it is missing.
pub fn moment(value: &FieldValue) -> Option<Moment> {
    match value {
        FieldValue::Integer(n) => Some(Moment::Number(*n as f64)),
        FieldValue::Number(x) if x.is_finite() => Some(Moment::Number(*x)),
        FieldValue::Text(text) if !text.trim().is_empty() => Some(Moment::Text(text.clone())),
        _ => None,
    }
}

/// The split of what happened at a moment; what has none teaches.
pub fn split_of(moment: Option<&Moment>, validation_from: Option<&Moment>, test_from: &Moment) -> Split {
    let from = |cut: &Moment| moment.is_some_and(|moment| moment >= cut);
    match () {
        () if from(test_from) => Split::Test,
        () if validation_from.is_some_and(from) => Split::Validation,
        () => Split::Train,
    }
}

/// Every item that does not teach, with its split, by the rule that holds.
pub(super) fn splits(conn: &Connection) -> Result<Vec<(u32, Split)>> {
    sql::list(conn, "SELECT item, split FROM v_splits", [], |row| Ok((row.get(0)?, sql::word(row, 1)?)))
}

/// The rule of the highest revision; of several that copies made apart, that of the greatest act.
fn rule(conn: &Connection) -> Result<Option<(SplitId, SplitRule)>> {
    rule_of(conn, "main")
}

/// The rule that holds in a database that is attached.
pub(super) fn rule_of(conn: &Connection, database: &str) -> Result<Option<(SplitId, SplitRule)>> {
    let query = format!(
        "SELECT r.id, r.rule FROM {database}.split_rule r JOIN {database}.act a ON a.seq = r.act
         WHERE r.act NOT IN (SELECT act FROM {database}.dead) ORDER BY r.revision DESC, a.id DESC LIMIT 1"
    );
    sql::first(conn, &query, [], |row| {
        let rule = serde_json::from_str(row.get_ref(1)?.as_str().map_err(|e| sql::damaged(&e))?);
        Ok((sql::id(row, 0)?, rule.map_err(|e| sql::damaged(&e))?))
    })
}

/// The items that a rule has not placed, for they came in one copy of two that are merged while it held in the other alone.
/// `here` and `there` say whether it held in this copy and in the other, whose acts are in `temp.missing`.
pub(super) fn apart(conn: &Connection, id: SplitId, here: bool, there: bool) -> Result<Vec<u32>> {
    const OURS: &str = "SELECT a.seq FROM main.act a WHERE a.id NOT IN (SELECT id FROM other.act)";
    const THEIRS: &str = "SELECT a.seq FROM main.act a WHERE a.id IN (
        SELECT o.id FROM other.act o WHERE o.seq IN (SELECT act FROM temp.missing))";
    let acts = match (here, there) {
        (true, true) => return Ok(Vec::new()),
        (true, false) => THEIRS.to_owned(),
        (false, true) => OURS.to_owned(),
        (false, false) => format!("{OURS} UNION {THEIRS}"),
    };
    let query = format!(
        "WITH came (act) AS MATERIALIZED ({acts}), placed (item) AS (
            SELECT item FROM split_item WHERE rule = ?1 AND act NOT IN (SELECT act FROM dead)
         )
         SELECT n.item FROM now_item n JOIN item i ON i.seq = n.item
         WHERE n.item IN (SELECT item FROM item_version WHERE act IN (SELECT act FROM came))
            AND NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = n.item
                AND v.act NOT IN (SELECT act FROM came) AND v.act NOT IN (SELECT act FROM dead))
            AND n.item NOT IN (SELECT item FROM placed)
         ORDER BY i.key"
    );
    sql::list(conn, &query, [id.as_bytes()], |row| Ok(row.get(0)?))
}

fn tied(rows: impl Iterator<Item = Vec<Bond>>) -> Units {
    let mut ties = Ties::default();
    rows.for_each(|bonds| ties.add(bonds));
    ties.units()
}

/// What a row is drawn by: the field that binds it, else its group, else itself.
fn name_of(bonds: &[Bond], key: &ItemKey) -> Vec<u8> {
    let field = bonds.iter().find_map(|bond| match bond {
        Bond::Field(value) => Some(value.as_bytes().to_vec()),
        _ => None,
    });
    let group = bonds.iter().find_map(|bond| match bond {
        Bond::Group(hash) => Some(hash.to_vec()),
        _ => None,
    });
    field.or(group).unwrap_or_else(|| key.0.to_vec())
}

/// The point of a unit is that of the least of its rows' names, so that neither the order of the rows matters nor how
/// many there are.
fn points(keys: &super::hash::Keys, units: &Units, seed: u64, name: &dyn Fn(usize) -> Vec<u8>) -> Vec<u64> {
    let least = units.fold(None::<Vec<u8>>, |least, row| {
        let own = name(row);
        if least.as_ref().is_none_or(|least| own < *least) {
            *least = Some(own);
        }
    });
    let point = |name: &Option<Vec<u8>>| {
        let digest = keys.parts("evaluation", &[&seed.to_le_bytes(), name.as_deref().unwrap_or_default()]);
        u64::from_be_bytes(digest.0[..8].try_into().unwrap_or_default())
    };
    least.iter().map(point).collect()
}

/// The content that an empty text is, where anything has one: rows of fields alone are no copies of one another.
fn blank(conn: &Connection, keys: &super::hash::Keys) -> Result<Option<i64>> {
    sql::first(conn, "SELECT id FROM content WHERE hash = ?1", [keys.content("").0], |row| Ok(row.get(0)?))
}

fn each_bound(
    conn: &Connection,
    keys: &super::hash::Keys,
    group: Option<&str>,
    mut visit: impl FnMut(Bound) -> Result<()>,
) -> Result<()> {
    let blank = blank(conn, keys)?;
    let declared = fields(conn)?;
    let place = group.and_then(|name| declared.iter().position(|field| field.name == name));
    let reader = FieldReader::new(&declared);
    let mut values = vec![FieldValue::Null; declared.len()];
    let query = format!(
        "SELECT n.item, i.key, n.text, v.grouping, {} FROM now_item n JOIN item i ON i.seq = n.item
         JOIN item_version v ON v.item = n.item AND v.revision = n.revision AND v.act NOT IN (SELECT act FROM dead)
         LEFT JOIN content c ON c.id = n.fields GROUP BY n.item ORDER BY n.item",
        if place.is_some() { "c.body" } else { "NULL" }
    );
    sql::each(conn, &query, [], |row| {
        let text = Some(row.get(2)?).filter(|text| Some(*text) != blank);
        let mut bonds: Vec<Bond> = text.map(Bond::Text).into_iter().collect();
        bonds.extend(row.get::<_, Option<[u8; 16]>>(3)?.map(Bond::Group));
        if let Some(place) = place {
            values.fill(FieldValue::Null);
            reader.read(row.get_ref(4)?.as_str_or_null().map_err(|e| sql::damaged(&e))?, &mut values)?;
            bonds.extend(Some(&values[place]).filter(|v| **v != FieldValue::Null).map(|v| Bond::Field(v.display())));
        }
        visit(Bound { seq: row.get(0)?, key: sql::key(row, 1)?, bonds })
    })
}
