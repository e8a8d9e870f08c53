//! What items are called in a table.

use super::text;
use crate::domain::{FieldType, FieldValue, ItemKey};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::intake::OriginColumns;

/// The ids of items, or the beginning of their keys where they have none; beside them source and key, where the
/// project's items are of several sources and an id alone may mean two.
pub(super) struct Names {
    ids: Vec<Option<String>>,
    keys: Vec<ItemKey>,
    /// The sources, and the place among them of each item's; none where there is only one.
    sources: Option<(Vec<String>, Vec<usize>)>,
}

impl Names {
    pub(super) fn read(project: &Project, keys: Vec<ItemKey>) -> Result<Self> {
        let several = project.sources_with_counts()?.iter().filter(|(_, items)| *items > 0).count() > 1;
        let sources = if several { Some((project.sources()?, project.item_sources()?)) } else { None };
        Ok(Self { ids: project.item_ids()?, keys, sources })
    }

    /// Whether any item has an id of its own.
    pub(super) fn has_ids(&self) -> bool {
        self.ids.iter().any(Option::is_some)
    }

    /// The id of an item, if it has one.
    pub(super) fn id(&self, seq: u32) -> FieldValue {
        self.ids.get(seq as usize - 1).cloned().flatten().map_or(FieldValue::Null, FieldValue::Text)
    }

    /// What an item is called.
    pub(super) fn name(&self, seq: u32) -> FieldValue {
        let key = || self.keys.get(seq as usize - 1).map(|key| key.to_string()[..12].to_owned());
        let id = self.ids.get(seq as usize - 1).cloned().flatten();
        text(id.or_else(key).unwrap_or_default())
    }

    /// The columns of [`Names::origin`], under names that no other column has.
    pub(super) fn origin_columns(&self, others: &[(String, FieldType)]) -> Vec<(String, FieldType)> {
        let free = |name: &str| others.iter().all(|(other, _)| other != name);
        let names = OriginColumns::NAMES.into_iter().find(|(source, key)| free(source) && free(key));
        let (source, key) = names.unwrap_or(OriginColumns::NAMES[1]);
        match self.sources {
            Some(_) => vec![(source.to_owned(), FieldType::Text), (key.to_owned(), FieldType::Text)],
            None => Vec::new(),
        }
    }

    /// Source and key of an item, where there are several sources.
    pub(super) fn origin(&self, seq: u32) -> Vec<FieldValue> {
        let i = seq as usize - 1;
        let Some((sources, places)) = &self.sources else { return Vec::new() };
        let source = places.get(i).and_then(|place| sources.get(*place)).cloned().unwrap_or_default();
        let key = self.keys.get(i).map(ToString::to_string).unwrap_or_default();
        vec![text(source), text(key)]
    }
}
