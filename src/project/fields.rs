//! Fields: the typed columns of the sources, who sees them, and their values as items hold them.

use super::{Project, Writer, facts, sql};
use crate::domain::{Field, FieldType, FieldValue};
use crate::error::{Error, Result};
use rusqlite::Connection;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use std::collections::HashMap;

impl Project {
    /// The declared fields, in the order of the source.
    pub fn fields(&self) -> Result<Vec<Field>> {
        fields(&self.conn)
    }
}

impl Writer<'_> {
    /// Declares the fields of a source. One that is there already keeps its flags; where its type differs, the type
    /// widens (whole numbers to numbers, anything else to text).
    pub fn declare_fields(&mut self, declared: &[Field]) -> Result<()> {
        let known = fields(self.conn)?;
        for field in declared {
            let change = match known.iter().find(|k| k.name == field.name) {
                None => field.clone(),
                Some(known) if known.kind == field.kind => continue,
                Some(known) => Field { kind: known.kind.widened(field.kind), ..known.clone() },
            };
            self.revise_field(&change)?;
        }
        Ok(())
    }

    /// Sets who sees a field: annotators, models, predicates.
    pub fn set_field_flags(&mut self, name: &str, show: bool, feature: bool, slice: bool) -> Result<()> {
        let known = fields(self.conn)?;
        let Some(field) = known.iter().find(|f| f.name == name) else {
            let names: Vec<&str> = known.iter().map(|f| f.name.as_str()).collect();
            return Err(
                Error::usage(format!("no field is called {name:?}")).hint(format!("there are: {}", names.join(", ")))
            );
        };
        let changed = Field { show, feature, slice, ..field.clone() };
        if changed != *field { self.revise_field(&changed) } else { Ok(()) }
    }

    fn revise_field(&mut self, field: &Field) -> Result<()> {
        let (revision, position): (i64, i64) = sql::first(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1,
                coalesce(min(position), (SELECT coalesce(max(position), 0) + 1 FROM field_revision))
             FROM field_revision WHERE name = ?1",
            [&field.name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .unwrap_or((1, 1));
        use facts::Cell::{Int, Text};
        let flag = |on: bool| Int(i64::from(on));
        self.fact(
            &facts::FIELD,
            &[
                Text(&field.name),
                Int(revision),
                Text(field.kind.as_str()),
                Int(position),
                flag(field.show),
                flag(field.feature),
                flag(field.slice),
            ],
        )
    }
}

pub(super) fn fields(conn: &Connection) -> Result<Vec<Field>> {
    let mut found: Vec<(i64, Field)> = Vec::new();
    let query = "SELECT f.name, f.kind, f.show, f.feature, f.slice, f.position
                 FROM field_revision f JOIN act a ON a.seq = f.act WHERE f.act NOT IN (SELECT act FROM dead)
                 ORDER BY f.name, f.revision, a.id";
    sql::each(conn, query, [], |row| {
        let field = Field {
            name: row.get(0)?,
            kind: sql::word(row, 1)?,
            show: row.get(2)?,
            feature: row.get(3)?,
            slice: row.get(4)?,
        };
        found.pop_if(|(_, last)| last.name == field.name);
        found.push((row.get(5)?, field));
        Ok(())
    })?;
    found.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.name.cmp(&y.name)));
    Ok(found.into_iter().map(|(_, field)| field).collect())
}

/// Reads the JSON object of an item's fields into values by position.
pub(super) struct FieldReader<'f> {
    places: HashMap<&'f str, (usize, FieldType)>,
}

impl<'f> FieldReader<'f> {
    pub(super) fn new(fields: &'f [Field]) -> Self {
        Self { places: fields.iter().enumerate().map(|(i, f)| (f.name.as_str(), (i, f.kind))).collect() }
    }

    /// Sets the values that the object names; the others stay as they are.
    pub(super) fn read(&self, body: Option<&str>, values: &mut [FieldValue]) -> Result<()> {
        let Some(body) = body else { return Ok(()) };
        let mut json = serde_json::Deserializer::from_str(body);
        Into { reader: self, values }.deserialize(&mut json).map_err(|e| sql::damaged(&e))
    }
}

struct Into<'a, 'f> {
    reader: &'a FieldReader<'f>,
    values: &'a mut [FieldValue],
}

impl<'de> DeserializeSeed<'de> for Into<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Into<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of fields")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.reader.places.get(name.as_ref()) {
                Some(&(place, kind)) => self.values[place] = typed(kind, map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A stored value as its field's type, which may have been widened since.
fn typed(kind: FieldType, json: serde_json::Value) -> FieldValue {
    use serde_json::Value as Json;
    match (kind, json) {
        (_, Json::Null) => FieldValue::Null,
        (FieldType::Boolean, Json::Bool(b)) => FieldValue::Boolean(b),
        (FieldType::Integer, Json::Number(n)) => n.as_i64().map_or(FieldValue::Null, FieldValue::Integer),
        (FieldType::Number, Json::Number(n)) => n.as_f64().map_or(FieldValue::Null, FieldValue::Number),
        (_, Json::String(text)) => FieldValue::Text(text),
        (_, other) => FieldValue::Text(other.to_string()),
    }
}
