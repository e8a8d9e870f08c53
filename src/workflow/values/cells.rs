//! Values in the cells of a file, so that every one is read as it was written.

use crate::domain::{FieldType, FieldValue, Kind, LabelId, Question, Said, Value};
use crate::exchange::Format;

/// What a format that cannot tell an empty text from none has in its place.
const EMPTY: &str = "\"\"";

/// The type of a column of a question's values.
pub fn column_type(question: &Question) -> FieldType {
    if question.kind == Kind::Rating { FieldType::Integer } else { FieldType::Text }
}

/// A value in a column of a file.
pub fn written(question: &Question, value: &Value, format: Format) -> FieldValue {
    FieldValue::Text(match value {
        Value::Rating(n) => return FieldValue::Integer(*n),
        // Backslashes before the two quotes are one more, so that nothing else reads as empty.
        Value::Text(text) if !format.tells_empty() && text.is_empty() => EMPTY.to_owned(),
        Value::Text(text) if !format.tells_empty() && text.trim_start_matches('\\') == EMPTY => format!("\\{text}"),
        Value::Choices(labels) if labels.is_empty() || labels.iter().any(|l| is_odd(question, *l)) => {
            listed(question, value)
        }
        Value::Spans(spans) if spans.is_empty() || spans.iter().any(|s| is_odd(question, s.label)) => {
            listed(question, value)
        }
        plain => question.spell(plain),
    })
}

/// Whether a label's name would be taken apart in a list with commas or semicolons.
fn is_odd(question: &Question, label: LabelId) -> bool {
    question
        .label(label)
        .is_some_and(|l| l.name.contains([',', ';']) || l.name.starts_with('[') || l.name.trim() != l.name)
}

/// Labels or spans as a JSON list.
fn listed(question: &Question, value: &Value) -> String {
    question.spell_json(&Said::Value(value.clone())).to_string()
}

/// The text of a cell, with what stands for an empty one.
pub(super) fn text(written: String, format: Format) -> String {
    if format.tells_empty() || written.trim_start_matches('\\') != EMPTY {
        return written;
    }
    written.strip_prefix('\\').map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;
    use crate::domain::{Id, Label, Scale, Side, Span};
    use std::collections::HashMap;

    #[test]
    fn every_value_is_read_as_it_was_written() {
        let names = ["a", "b, c", "[d]", "e;f", "0-1 g"];
        let label = |(n, name): (u8, &str)| Label {
            id: Id::from_bytes([n; 16]),
            name: name.to_owned(),
            key: None,
            retired: false,
            merged_into: None,
            split: false,
        };
        let labels: Vec<Label> = (1..).zip(names).map(label).collect();
        let ids: Vec<LabelId> = labels.iter().map(|l| l.id).collect();
        let span = |start, label| Span { start, end: start + 2, label };
        let mut values = vec![
            (Kind::Choices, Value::Choices(Vec::new())),
            (Kind::Choices, Value::Choices(ids.clone())),
            (Kind::Spans, Value::Spans(Vec::new())),
            (Kind::Spans, Value::Spans(ids.iter().zip(0..).map(|(id, start)| span(start, *id)).collect())),
            (Kind::Rating, Value::Rating(5)),
            (Kind::Preference, Value::Preference(Side::Equal)),
        ];
        values.extend(ids.iter().map(|id| (Kind::Choices, Value::Choices(vec![*id]))));
        values.extend(ids.iter().map(|id| (Kind::Spans, Value::Spans(vec![span(0, *id)]))));
        let texts = ["", "\"\"", "\\\"\"", "\\\\\"\"", "\"", "a", "[]", "null"];
        values.extend(texts.map(|text| (Kind::Text, Value::Text(text.to_owned()))));
        let (id, name, guidelines) = (Id::from_bytes([9; 16]), "q".to_owned(), None);
        let scale = Scale::default();
        let mut question = Question { id, name, kind: Kind::Choice, labels, label_revision: 1, guidelines, scale };
        for (kind, value) in values {
            question.kind = kind;
            for format in Format::ALL {
                let cell = written(&question, &value, *format);
                assert!(format.tells_empty() || cell.display() != "", "{value:?} is lost in {format}");
                let mut reader = Reader::of(&question, *format, HashMap::new(), false, "");
                let read = reader.read(&cell.display()).map(|draft| draft.value(&ids));
                assert_eq!(read, Ok(value.clone()), "{cell:?} in {format}");
            }
        }
    }
}
