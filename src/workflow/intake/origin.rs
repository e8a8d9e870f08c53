//! Where the rows of an export came from.

use crate::domain::ItemKey;
use crate::exchange::Table;

/// The columns by which the export of a project with several sources tells its items apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OriginColumns {
    /// The source's name.
    pub source: Option<String>,
    /// The item's key.
    pub key: Option<String>,
}

impl OriginColumns {
    /// Names of both columns; the second where a field has the first.
    pub const NAMES: [(&str, &str); 2] = [("source", "key"), ("item_source", "item_key")];

    /// The columns of a table, if it has both, every row with a source and a whole key.
    pub fn of(table: &Table) -> Self {
        let all = |name: &str, is: fn(&str) -> bool| table.column(name).is_ok_and(|c| c.iter().all(is));
        let is_key = |v: &str| v.parse::<ItemKey>().is_ok();
        let found = Self::NAMES.iter().rev().find(|(source, key)| all(key, is_key) && all(source, |v| !v.is_empty()));
        found.map_or_else(Self::default, |(source, key)| Self {
            source: Some((*source).to_owned()),
            key: Some((*key).to_owned()),
        })
    }

    /// Whether a column is one of them.
    pub fn has(&self, name: &str) -> bool {
        [&self.source, &self.key].into_iter().flatten().any(|c| c == name)
    }
}
