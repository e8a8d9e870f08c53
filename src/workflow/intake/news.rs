//! What a file brings to the fields of a project.

use crate::domain::{Field, FieldType};
use crate::slices::predicate::is_builtin;

/// What a file does to the fields of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldNews {
    /// Fields that are new.
    pub added: Vec<Field>,
    /// Fields that hold more sorts of values from now on: name, type before, type now.
    pub widened: Vec<(String, FieldType, FieldType)>,
}

impl FieldNews {
    /// Compares the fields before with those that a file needs.
    pub fn of(before: &[Field], after: &[Field]) -> Self {
        let mut news = Self::default();
        for field in after {
            match before.iter().find(|known| known.name == field.name) {
                None => news.added.push(field.clone()),
                Some(known) if known.kind != field.kind => {
                    news.widened.push((field.name.clone(), known.kind, field.kind));
                }
                Some(_) => {}
            }
        }
        news
    }
}

/// Says of each field whose name a predicate takes for something else how a predicate reaches it.
pub fn note_hidden<'f>(fields: impl IntoIterator<Item = &'f Field>, notes: &mut Vec<String>) {
    for Field { name, .. } in fields.into_iter().filter(|field| is_builtin(&field.name)) {
        notes.push(format!("in predicates {name} is Karat's own: the field is reached as field.{name}"));
    }
}
