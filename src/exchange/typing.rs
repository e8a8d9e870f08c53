//! What a column holds: one pass over its values, with care for what only looks like a number.

use super::table::Column;
use crate::domain::{FieldType, FieldValue, IsoDate};

/// Words for a missing value in a column of numbers, booleans or dates; in a column of text they are text.
const MISSING: &[&str] = &["NA", "N/A", "NaN", "nan", "null", "NULL", "None"];

/// The greatest whole number up to which a 64-bit float holds every one.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// Whether a value of a column of this type is missing.
pub fn is_missing(kind: FieldType, value: &str) -> bool {
    value.is_empty() || (kind != FieldType::Text && MISSING.contains(&value))
}

/// Reads a value of a type; `None` where it is not of it.
pub fn value(kind: FieldType, written: &str) -> Option<FieldValue> {
    if is_missing(kind, written) {
        return Some(FieldValue::Null);
    }
    match kind {
        FieldType::Text => Some(FieldValue::Text(written.to_owned())),
        FieldType::Integer => written.parse().ok().map(FieldValue::Integer),
        FieldType::Number => written.parse().ok().filter(|x: &f64| x.is_finite()).map(FieldValue::Number),
        FieldType::Boolean => boolean(written).map(FieldValue::Boolean),
        FieldType::Date => IsoDate::is_date(written).then(|| FieldValue::Text(written.to_owned())),
    }
}

/// Decides the type of a column. Leading zeros, plus signs, mixed decimals (`3.9` beside `3.10`) and whole numbers
/// that would be rounded keep it text; strings of a format that knows numbers are text or dates only.
pub fn infer(column: &Column) -> FieldType {
    let mut typing = Typing::default();
    typing.look(column);
    typing.verdict()
}

/// Decides the type of a column that is seen part by part, as [`infer`] does.
#[derive(Debug, Default)]
pub struct Typing(Can);

impl Typing {
    /// Looks at the next part.
    pub fn look(&mut self, column: &Column) {
        let Self(can) = self;
        can.met(column);
        for v in column.iter().filter(|v| !v.is_empty() && !MISSING.contains(v)) {
            can.look(v);
            if can.is_text() {
                return;
            }
        }
    }

    /// What the column is, of all that was seen.
    pub fn verdict(&self) -> FieldType {
        self.0.verdict()
    }
}

fn boolean(s: &str) -> Option<bool> {
    match s {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// What a column can still be.
#[derive(Debug)]
struct Can {
    integer: bool,
    number: bool,
    boolean: bool,
    date: bool,
    seen: bool,
    /// Decimals end in no needless zero.
    shortest: bool,
    /// Every number with decimals has this many.
    decimals: Option<usize>,
    even: bool,
}

impl Default for Can {
    fn default() -> Self {
        Self {
            integer: true,
            number: true,
            boolean: true,
            date: true,
            seen: false,
            shortest: true,
            decimals: None,
            even: true,
        }
    }
}

impl Can {
    /// Leaves out what the kinds of the cells rule out.
    fn met(&mut self, column: &Column) {
        let met = &column.met;
        let (strings, nested) = (met.text.is_some(), met.nested.is_some());
        self.integer &= !strings && !nested && met.boolean.is_none();
        self.number &= !strings && !nested && met.boolean.is_none();
        self.boolean &= !strings && !nested && met.number.is_none();
        self.date &= !nested && met.number.is_none() && met.boolean.is_none();
    }

    fn look(&mut self, v: &str) {
        self.seen = true;
        self.integer = self.integer && whole(v) && v.parse::<i64>().is_ok();
        self.number = self.number && self.is_number(v);
        self.boolean = self.boolean && boolean(v).is_some();
        self.date = self.date && IsoDate::is_date(v);
    }

    fn is_number(&mut self, v: &str) -> bool {
        let digits = v.strip_prefix('-').unwrap_or(v);
        let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, e)| (m, Some(e)));
        let (before, after) = mantissa.split_once('.').map_or((mantissa, None), |(b, a)| (b, Some(a)));
        let digits_only = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let well = (before == "0" || (digits_only(before) && !before.starts_with('0')))
            && after.is_none_or(digits_only)
            && exponent.is_none_or(|e| digits_only(e.strip_prefix(['+', '-']).unwrap_or(e)));
        if let Some(after) = after {
            self.shortest = self.shortest && (after == "0" || !after.ends_with('0'));
            self.even = self.even && *self.decimals.get_or_insert(after.len()) == after.len();
        }
        let exact = !whole(v) || v.parse::<i64>().is_ok_and(|n| n.unsigned_abs() <= EXACT);
        well && exact && (self.shortest || self.even) && v.parse::<f64>().is_ok_and(f64::is_finite)
    }

    fn is_text(&self) -> bool {
        !(self.integer || self.number || self.boolean || self.date)
    }

    fn verdict(&self) -> FieldType {
        match self {
            Self { seen: false, .. } => FieldType::Text,
            Self { integer: true, .. } => FieldType::Integer,
            Self { number: true, .. } => FieldType::Number,
            Self { boolean: true, .. } => FieldType::Boolean,
            Self { date: true, .. } => FieldType::Date,
            _ => FieldType::Text,
        }
    }
}

/// A whole number as a machine writes it.
fn whole(v: &str) -> bool {
    let digits = v.strip_prefix('-').unwrap_or(v);
    digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() && (!digits.starts_with('0') || v == "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{ReadOptions, read};

    fn kind(name: &str, rows: &[&str]) -> FieldType {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, rows.join("\n")).unwrap();
        infer(&read(&path, ReadOptions::default(), &mut |_| Ok(())).unwrap().columns[0])
    }

    #[test]
    fn a_column_is_what_all_its_values_are() {
        use FieldType::*;
        for (expected, values) in [
            (Integer, &["1", "-20", "NA", "0"][..]),
            (Integer, &["9007199254740993", "1"]),
            (Text, &["9007199254740993", "1.5"]),
            (Text, &["007", "12"]),
            (Text, &["+1", "2"]),
            (Number, &["1", "2.5", "1e3", "-0.25"]),
            (Number, &["22.0", "71.2833"]),
            (Number, &["-0.9000", "0.1500", "1.0000"]),
            (Text, &["3.9", "3.10"]),
            (Text, &["1.2.3", "1.2"]),
            (Text, &[".5", "1"]),
            (Text, &["1e999", "1"]),
            (Text, &["9223372036854775808", "1"]),
            (Boolean, &["true", "False", "NA"]),
            (Text, &["true", "maybe"]),
            (Text, &["yes", "no"]),
            (Date, &["2023-08-26", "2023-08-26 06:33:37", "NA"]),
            (Text, &["2023-02-30"]),
            (Text, &["NA"]),
        ] {
            let rows: Vec<_> =
                std::iter::once("x,y").map(str::to_owned).chain(values.iter().map(|v| format!("{v},1"))).collect();
            assert_eq!(kind("a.csv", &rows.iter().map(String::as_str).collect::<Vec<_>>()), expected, "{values:?}");
        }
    }

    #[test]
    fn json_strings_are_never_numbers() {
        assert_eq!(kind("a.jsonl", &[r#"{"x":"1"}"#, r#"{"x":"2"}"#]), FieldType::Text);
        assert_eq!(kind("a.jsonl", &[r#"{"x":1}"#, r#"{"x":2.0}"#]), FieldType::Number);
        assert_eq!(kind("a.jsonl", &[r#"{"x":true}"#, r#"{"x":null}"#]), FieldType::Boolean);
        assert_eq!(kind("a.jsonl", &[r#"{"x":1}"#, r#"{"x":"a"}"#]), FieldType::Text);
        assert_eq!(kind("a.jsonl", &[r#"{"x":"2023-01-01"}"#]), FieldType::Date);
    }

    #[test]
    fn values_are_read_by_their_type() {
        assert_eq!(value(FieldType::Integer, "7"), Some(FieldValue::Integer(7)));
        assert_eq!(value(FieldType::Integer, "x"), None);
        assert_eq!(value(FieldType::Number, "NaN"), Some(FieldValue::Null));
        assert_eq!(value(FieldType::Text, "NA"), Some(FieldValue::Text("NA".into())));
        assert_eq!(value(FieldType::Boolean, "TRUE"), Some(FieldValue::Boolean(true)));
    }
}
