//! Finds the items that a file talks about: by key, by the id of their source, or by an id that one item alone has.

use super::column;
use crate::domain::{ItemKey, nearest};
use crate::error::{Error, Result};
use crate::exchange::{Column, Table};
use crate::project::{ItemColumns, Project};
use crate::workflow::intake::at;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

/// Names of the column that names the item.
const ITEM: &[&str] = &["item", "item_id", "id", "key"];
/// The column of sources beside it.
const SOURCE: &str = "source";
/// The column of keys beside it.
const KEY: &str = "key";
/// So many known ids are compared for a suggestion.
const COMPARED: usize = 20_000;
/// So many suggestions are looked for in one file.
const SUGGESTIONS: usize = 10;
/// Digits of a key that stand for an item without an id.
const SHORT_KEY: usize = 12;

/// Items by the names that files use: the source's id, the key, or the beginning of the key where there is no id.
pub struct Items {
    /// The only item of a name; none where several have it.
    by_name: HashMap<String, Option<u32>>,
    columns: ItemColumns,
    /// The items that are there, by key: made when one is asked for.
    by_key: OnceCell<HashMap<ItemKey, u32>>,
    /// The place of each row's source among these.
    sources: Vec<String>,
    source_of: Vec<usize>,
    /// Items whose id is another item's too.
    shared: HashMap<(usize, String), u32>,
    /// How many more times a known id is looked for that a wrong one may have meant.
    suggestions: Cell<usize>,
}

impl Items {
    /// Reads the names of all items.
    pub fn read(project: &Project) -> Result<Self> {
        let columns = project.items()?;
        let ids = project.item_ids()?;
        let (sources, source_of) = (project.sources()?, project.item_sources()?);
        let mut by_name: HashMap<String, Option<u32>> = HashMap::with_capacity(ids.len());
        let short = |key: &ItemKey| key.to_string()[..SHORT_KEY].to_owned();
        let live = || (1..).zip(columns.keys.iter().zip(&columns.live)).filter(|(_, (_, live))| **live);
        let id_of = |seq: u32| ids.get(seq as usize - 1).and_then(Option::as_ref);
        let mut ambiguous = false;
        for (seq, (key, _)) in live() {
            let name = id_of(seq).cloned().unwrap_or_else(|| short(key));
            by_name.entry(name).and_modify(|known| (*known, ambiguous) = (None, true)).or_insert(Some(seq));
        }
        let mut shared = HashMap::new();
        if ambiguous {
            for (seq, (key, _)) in live() {
                if let Some(id) = id_of(seq).filter(|id| by_name.get(*id) == Some(&None)) {
                    let source = source_of.get(seq as usize - 1).copied().unwrap_or_default();
                    shared.insert((source, id.clone()), seq);
                }
                by_name.entry(short(key)).or_insert(Some(seq));
            }
        }
        let by_key = OnceCell::new();
        Ok(Self { by_name, columns, by_key, sources, source_of, shared, suggestions: Cell::new(SUGGESTIONS) })
    }

    /// How many of these ids are known.
    pub fn known<'a>(&self, ids: impl Iterator<Item = &'a str>) -> usize {
        ids.filter(|id| self.by_name.contains_key(*id)).count()
    }

    /// The item of a key, written in full.
    fn keyed(&self, written: &str) -> Option<u32> {
        let key: ItemKey = written.parse().ok()?;
        let by_key = || {
            let rows = (1..).zip(self.columns.keys.iter().zip(&self.columns.live));
            rows.filter(|(_, (_, live))| **live).map(|(seq, (key, _))| (*key, seq)).collect()
        };
        self.by_key.get_or_init(by_key).get(&key).copied()
    }

    fn source_named(&self, name: &str) -> Option<usize> {
        self.sources.iter().position(|source| source == name)
    }

    /// The item of a name, of a source where one is told that the project knows.
    ///
    /// # Errors
    /// Says what is wrong, without the place.
    fn find(&self, name: &str, source: Option<&str>) -> Result<u32> {
        let source = source.and_then(|source| self.source_named(source));
        let found = self.by_name.get(name).copied();
        match (found, source) {
            (Some(None), Some(source)) => self.shared.get(&(source, name.to_owned())).copied(),
            (Some(found), None) => found,
            (Some(found), Some(source)) => found.filter(|seq| self.source_of.get(*seq as usize - 1) == Some(&source)),
            (None, _) => self.keyed(name),
        }
        .ok_or_else(|| self.unknown(name, found.is_some(), source))
    }

    /// Why a name leads to no item.
    fn unknown(&self, name: &str, is_known: bool, source: Option<usize>) -> Error {
        if let (true, Some(source)) = (is_known, source) {
            return Error::data(format!("no item of the source {:?} is called {name:?}", self.sources[source]))
                .hint("its id is known from another source: is the source right?");
        }
        if is_known {
            let sources: Vec<&str> = self
                .sources
                .iter()
                .enumerate()
                .filter(|(place, _)| self.shared.contains_key(&(*place, name.to_owned())))
                .map(|(_, source)| source.as_str())
                .collect();
            return Error::data(format!("{name:?} is the id of several items, of the sources {}", sources.join(", ")))
                .hint("add a column \"source\", or \"key\": `karat export` writes both");
        }
        let error = Error::data(format!("no item is called {name:?}"));
        let left = self.suggestions.get();
        self.suggestions.set(left.saturating_sub(1));
        let compared = if left > 0 { COMPARED } else { 0 };
        match nearest(name, self.by_name.keys().take(compared).map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean {near:?}? import items first, or --keep-good")),
            None => error.hint("import the items first, or leave such rows out with --keep-good"),
        }
    }
}

/// Finds the item of each row of a table.
pub struct Rows<'t> {
    table: &'t Table,
    items: Items,
    item: &'t Column,
    source: Option<&'t Column>,
    key: Option<&'t Column>,
    /// How many code points each text has, where that matters.
    chars: Option<Vec<usize>>,
}

impl<'t> Rows<'t> {
    /// Decides which columns name the items: the one that is named, else the first that is called so; beside it `key`,
    /// where it holds keys, and `source`, where it holds sources that the project knows.
    ///
    /// # Errors
    /// Where no column names the items.
    pub fn of(project: &Project, table: &'t Table, named: Option<&str>) -> Result<Self> {
        let items = Items::read(project)?;
        let item = table.id_column(&column(table, named, ITEM, "item", "--item-col")?, "item")?;
        let beside = |name: &str| table.column(name).ok().filter(|c| c.name != item.name);
        let key = beside(KEY).filter(|c| is_all(c, |v| v.parse::<ItemKey>().is_ok()));
        let source = beside(SOURCE).filter(|c| is_all(c, |v| items.source_named(v).is_some()));
        Ok(Self { table, items, item, source, key, chars: None })
    }

    /// The same, with the lengths of the texts at hand for [`Rows::chars`].
    ///
    /// # Errors
    /// Where the texts cannot be read.
    pub fn with_lengths(mut self, project: &Project) -> Result<Self> {
        let mut chars = Vec::new();
        project.for_each_text(|_, text| chars.push(text.chars().count()))?;
        self.chars = Some(chars);
        Ok(self)
    }

    /// The item of a row.
    ///
    /// # Errors
    /// Says with the line what is wrong.
    pub fn find(&self, row: usize) -> Result<u32> {
        if let Some(seq) = self.key.and_then(|key| self.items.keyed(key.get(row))) {
            return Ok(seq);
        }
        let source = self.source.map(|source| source.get(row)).filter(|source| !source.is_empty());
        self.items.find(self.name(row), source).map_err(|e| at(self.table, row, &self.item.name, e))
    }

    /// What a row calls its item.
    pub fn name(&self, row: usize) -> &'t str {
        self.item.get(row)
    }

    /// The column that names the items.
    pub fn column(&self) -> &str {
        &self.item.name
    }

    /// Whether a column says which item a row is about.
    pub fn has(&self, column: &Column) -> bool {
        [Some(self.item), self.source, self.key].into_iter().flatten().any(|c| c.name == column.name)
    }

    /// How many code points the text of an item has; no limit where lengths do not matter.
    pub fn chars(&self, seq: u32) -> usize {
        let known = self.chars.as_ref();
        known.map_or(usize::MAX, |chars| chars.get(seq as usize - 1).copied().unwrap_or_default())
    }
}

/// Whether a column has values, and each that is there is so.
fn is_all(column: &Column, is: impl Fn(&str) -> bool) -> bool {
    let mut values = column.iter().filter(|v| !v.is_empty()).peekable();
    values.peek().is_some() && values.all(is)
}
