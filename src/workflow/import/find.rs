//! Finds the items that a file talks about.

use crate::domain::{ItemKey, nearest};
use crate::error::{Error, Result};
use crate::project::Project;
use std::cell::Cell;
use std::collections::HashMap;

/// So many known ids are compared for a suggestion.
const COMPARED: usize = 20_000;
/// So many suggestions are looked for in one file.
const SUGGESTIONS: usize = 10;
/// Digits of a key that stand for an item without an id.
const SHORT_KEY: usize = 12;

/// Items by the names that files use: the source's id, the key, or the beginning of the key where there is no id.
pub struct Items {
    by_name: HashMap<String, Option<u32>>,
    /// How many more times a known id is looked for that a wrong one may have meant.
    suggestions: Cell<usize>,
}

impl Items {
    /// Reads the names of all items.
    pub fn read(project: &Project) -> Result<Self> {
        let columns = project.items()?;
        let ids = project.item_ids()?;
        let mut by_name: HashMap<String, Option<u32>> = HashMap::with_capacity(ids.len());
        let short = |key: &ItemKey| key.to_string()[..SHORT_KEY].to_owned();
        let mut ambiguous = false;
        let live = || (1..).zip(columns.keys.iter().zip(&columns.live)).filter(|(_, (_, live))| **live);
        for (seq, (key, _)) in live() {
            let name = ids.get(seq as usize - 1).cloned().flatten().unwrap_or_else(|| short(key));
            by_name.entry(name).and_modify(|known| (*known, ambiguous) = (None, true)).or_insert(Some(seq));
        }
        if ambiguous {
            for (seq, (key, _)) in live() {
                by_name.entry(short(key)).or_insert(Some(seq));
            }
        }
        Ok(Self { by_name, suggestions: Cell::new(SUGGESTIONS) })
    }

    /// How many of these ids are known.
    pub fn known<'a>(&self, ids: impl Iterator<Item = &'a str>) -> usize {
        ids.filter(|id| self.by_name.contains_key(*id)).count()
    }

    /// The item of a name.
    ///
    /// # Errors
    /// Says what is wrong, without the place.
    pub fn find(&self, name: &str) -> Result<u32> {
        match self.by_name.get(name).or_else(|| self.by_name.get(name.get(..SHORT_KEY)?)) {
            Some(Some(seq)) => Ok(*seq),
            Some(None) => Err(Error::data(format!("{name:?} is the id of several items, of different sources"))
                .hint("name the item by its key")),
            None => {
                let error = Error::data(format!("no item is called {name:?}"));
                let left = self.suggestions.get();
                self.suggestions.set(left.saturating_sub(1));
                let compared = if left > 0 { COMPARED } else { 0 };
                Err(match nearest(name, self.by_name.keys().take(compared).map(String::as_str)) {
                    Some(near) => error.hint(format!("did you mean {near:?}? import items first, or --keep-good")),
                    None => error.hint("import the items first, or leave such rows out with --keep-good"),
                })
            }
        }
    }
}
