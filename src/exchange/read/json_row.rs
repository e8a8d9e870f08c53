//! One JSON object as a row of cells, read without building a tree of values.

use super::super::table::{Cell, excerpt};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One object, keys in order.
pub(super) struct Row<'a>(pub(super) Vec<(Cow<'a, str>, Value<'a>)>);

/// One value, numbers as they were written (whole ones exactly up to 64 bits).
pub(super) enum Value<'a> {
    Null,
    Boolean(bool),
    Number(String),
    Text(Cow<'a, str>),
    Nested(String),
}

impl Value<'_> {
    /// The cell that it is in a table.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Missing,
            Self::Boolean(b) => Cell::Boolean(*b),
            Self::Number(s) => Cell::Number(s),
            Self::Text(s) => Cell::Text(s),
            Self::Nested(s) => Cell::Nested(s),
        }
    }

    /// Its beginning, for messages.
    pub(super) fn excerpt(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(b) => b.to_string(),
            Self::Number(s) => s.clone(),
            Self::Text(s) => excerpt(s),
            Self::Nested(s) => excerpt(s),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Row<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Row<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut row = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some(Key(key)) = map.next_key()? {
                    row.push((key, map.next_value()?));
                }
                Ok(Row(row))
            }
        }
        d.deserialize_map(Rows)
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        match Value::deserialize(d)? {
            Value::Text(s) => Ok(Self(s)),
            _ => Err(serde::de::Error::custom("a key that is no text")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct Values;
        type Made<'de, E> = std::result::Result<Value<'de>, E>;
        impl<'de> Visitor<'de> for Values {
            type Value = Value<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Made<'de, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, b: bool) -> Made<'de, E> {
                Ok(Value::Boolean(b))
            }
            fn visit_i64<E>(self, n: i64) -> Made<'de, E> {
                Ok(Value::Number(n.to_string()))
            }
            fn visit_u64<E>(self, n: u64) -> Made<'de, E> {
                Ok(Value::Number(n.to_string()))
            }
            fn visit_f64<E>(self, x: f64) -> Made<'de, E> {
                Ok(Value::Number(format!("{x:?}")))
            }
            fn visit_borrowed_str<E>(self, s: &'de str) -> Made<'de, E> {
                Ok(Value::Text(Cow::Borrowed(s)))
            }
            fn visit_str<E>(self, s: &str) -> Made<'de, E> {
                Ok(Value::Text(Cow::Owned(s.to_owned())))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Made<'de, A::Error> {
                let value = serde_json::Value::deserialize(serde::de::value::SeqAccessDeserializer::new(seq))?;
                Ok(Value::Nested(value.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Made<'de, A::Error> {
                let value = serde_json::Value::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Value::Nested(value.to_string()))
            }
        }
        d.deserialize_any(Values)
    }
}
