//! Items, by themselves and with what they are settled to be.

use super::{Out, header, text};
use crate::domain::{FieldType, FieldValue, Question, Split};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::intake::Columns;
use crate::workflow::values::{column_type, written};

/// The columns that the items' source had, so that an export comes in again as the same items.
fn source_columns(project: &Project) -> Result<Columns> {
    let settings = project.settings()?;
    let prefix = Columns::setting("");
    let found = settings.iter().find(|(name, _)| name.starts_with(&prefix));
    let columns: Option<Columns> = found.and_then(|(_, value)| serde_json::from_value(value.clone()).ok());
    Ok(columns.unwrap_or_else(|| Columns { text: "text".to_owned(), ..Columns::default() }))
}

impl Out<'_> {
    /// Id, text, fields; and where an item came from, where that may be several places.
    pub(super) fn items(&self) -> Result<u64> {
        let columns = source_columns(self.project)?;
        let named = self.names.has_ids();
        let mut header = Vec::new();
        if named {
            header.push((columns.id.unwrap_or_else(|| "id".to_owned()), FieldType::Text));
        }
        header.push((columns.text, FieldType::Text));
        header.extend(self.project.fields()?.into_iter().map(|f| (f.name, f.kind)));
        header.extend(self.names.origin_columns(&header));
        self.write(&header, self.chosen.count(), |put| {
            let mut row: Vec<FieldValue> = Vec::with_capacity(header.len());
            self.project.for_each_item(&self.order, |seq, body, values| {
                if !self.chosen.has(seq) {
                    return Ok(());
                }
                row.clear();
                row.extend(named.then(|| self.names.id(seq)));
                row.push(text(body));
                row.extend_from_slice(values);
                row.extend(self.names.origin(seq));
                put(&row)
            })
        })
    }

    /// Every item with a settled value; `split` says whether it teaches, tunes or judges.
    pub(super) fn training(&self, question: &Question) -> Result<u64> {
        let settled = self.project.settled(question)?;
        let features: Vec<(usize, (String, FieldType))> = self
            .project
            .fields()?
            .into_iter()
            .enumerate()
            .filter(|(_, f)| f.feature)
            .map(|(place, f)| (place, (f.name, f.kind)))
            .collect();
        let mut columns = header([("id", FieldType::Text), ("text", FieldType::Text)]);
        columns.extend(features.iter().map(|(_, column)| column.clone()));
        columns.push(("label".to_owned(), column_type(question)));
        columns.extend(header([("label_origin", FieldType::Text), ("split", FieldType::Text)]));
        columns.extend(self.names.origin_columns(&columns));
        let total = settled.keys().filter(|seq| self.chosen.has(**seq)).count();
        self.write(&columns, total, |put| {
            self.project.for_each_item(&self.order, |seq, body, values| {
                let Some(settled) = settled.get(&seq).filter(|_| self.chosen.has(seq)) else { return Ok(()) };
                let split = self.split.get(seq as usize - 1).copied().unwrap_or(Split::Train);
                let mut row = vec![self.names.name(seq), text(body)];
                row.extend(features.iter().map(|(place, _)| values.get(*place).cloned().unwrap_or(FieldValue::Null)));
                row.push(written(question, &settled.value, self.format));
                row.push(text(settled.origin.as_str()));
                row.push(text(split.as_str()));
                row.extend(self.names.origin(seq));
                put(&row)
            })
        })
    }
}
