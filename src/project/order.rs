//! The order in which items leave the file: the same in every copy that holds the same.

use super::fields::FieldReader;
use super::{Project, sql};
use crate::domain::FieldValue;
use crate::error::Result;
use std::collections::HashMap;

/// Items by the act that brought them, as the log dates it, and within one act as the source had them. What several
/// copies brought by themselves stands behind what its first act alone brought, by key.
///
/// Local numbers are in that order until copies merge: then what came from the other stands last, here and there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    rows: u32,
    /// The rows in order; none where they are so by number.
    seqs: Option<Vec<u32>>,
    /// The place of each row.
    places: Vec<u32>,
}

impl Order {
    /// Where an item stands, from 0.
    pub fn place(&self, seq: u32) -> u32 {
        let i = seq.saturating_sub(1);
        if self.seqs.is_none() { i } else { self.places.get(i as usize).copied().unwrap_or(u32::MAX) }
    }

    /// Stretches of rows that follow one another, first and last.
    fn runs(&self) -> Vec<(u32, u32)> {
        let Some(seqs) = &self.seqs else { return vec![(1, self.rows)] };
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for seq in seqs {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *seq => *last = *seq,
                _ => runs.push((*seq, *seq)),
            }
        }
        runs
    }
}

/// The acts that can bring items, in the order of their ids, which is that of their times.
const BRINGING: &str = "SELECT seq FROM act WHERE kind IN ('init', 'import') ORDER BY id";

/// What decides the place of an item.
#[derive(Clone, Copy)]
struct Came {
    /// The act that brought it first, by its place in the order of ids.
    act: u32,
    /// Whether several acts brought it.
    often: bool,
}

impl Project {
    /// The order in which items leave the file.
    pub fn order(&self) -> Result<Order> {
        let rows = self.item_rows()?;
        let merged: bool = sql::value(&self.conn, "SELECT EXISTS (SELECT 1 FROM act WHERE kind = 'merge')", [])?;
        if !merged {
            return Ok(Order { rows, seqs: None, places: Vec::new() });
        }
        let acts: HashMap<i64, u32> =
            sql::list(&self.conn, BRINGING, [], |row| Ok(row.get::<_, i64>(0)?))?.into_iter().zip(0..).collect();
        let mut came = vec![Came { act: u32::MAX, often: false }; rows as usize];
        sql::each(&self.conn, "SELECT item, act FROM item_version WHERE revision = 1", [], |row| {
            let act = acts.get(&row.get(1)?).copied().unwrap_or(u32::MAX);
            if let Some(came) = row.get::<_, u32>(0)?.checked_sub(1).and_then(|i| came.get_mut(i as usize)) {
                *came = Came { act: came.act.min(act), often: came.act != u32::MAX };
            }
            Ok(())
        })?;
        let keys = if came.iter().any(|c| c.often) { self.items()?.keys } else { Vec::new() };
        let mut seqs: Vec<u32> = (1..=rows).collect();
        seqs.sort_by(|a, b| {
            let (i, j) = (*a as usize - 1, *b as usize - 1);
            let (x, y) = (came[i], came[j]);
            let within = || if x.often { keys.get(i).cmp(&keys.get(j)) } else { a.cmp(b) };
            (x.act, x.often).cmp(&(y.act, y.often)).then_with(within)
        });
        let mut places = vec![0; rows as usize];
        (0..).zip(&seqs).for_each(|(place, seq)| places[*seq as usize - 1] = place);
        Ok(Order { rows, seqs: Some(seqs), places })
    }

    /// Visits every item that is there in order, with its text and its values in the order of [`Project::fields`].
    ///
    /// # Errors
    /// Where the file cannot be read, or the visitor's own.
    pub fn for_each_item(
        &self,
        order: &Order,
        mut visit: impl FnMut(u32, &str, &[FieldValue]) -> Result<()>,
    ) -> Result<()> {
        let fields = self.fields()?;
        let reader = FieldReader::new(&fields);
        let mut values = vec![FieldValue::Null; fields.len()];
        let query = "SELECT n.item, t.body, f.body FROM now_item n JOIN content t ON t.id = n.text
                     JOIN content f ON f.id = n.fields WHERE n.item BETWEEN ?1 AND ?2 ORDER BY n.item";
        for run in order.runs() {
            sql::each(&self.conn, query, run, |row| {
                values.fill(FieldValue::Null);
                let body = |i| row.get_ref(i)?.as_str_or_null().map_err(|e| sql::damaged(&e));
                reader.read(body(2)?, &mut values)?;
                visit(row.get(0)?, body(1)?.unwrap_or_default(), &values)
            })?;
        }
        Ok(())
    }
}
