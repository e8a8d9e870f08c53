//! JSONL and JSON arrays: one object a row; keys may come and go from row to row.

use super::super::input::Input;
use super::super::table::{Cell, Table};
use super::Watch;
use super::json_row::{Row, Value};
use crate::error::{Error, Result};
use std::io::BufRead;

/// A row may be this long.
const LONGEST: usize = 1 << 30;

pub(super) fn read_lines(input: &Input, table: &mut Table, watch: &mut Watch<'_, '_>) -> Result<()> {
    let mut reader = input.reader()?;
    let mut nested = false;
    let (mut line, mut start) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(|e| Error::file(&input.path, &e))?;
        if length == 0 {
            return Ok(());
        }
        if !line.trim_ascii().is_empty()
            && let Err(Fault { column, message, hint }) = take(&line, start, table, &mut nested)?
        {
            let spread = table.rows() == 0 && table.rejected.count == 0 && line.trim_ascii() == b"{";
            let hint = if spread { "one object must stand on one line: jq -c . FILE".to_owned() } else { hint };
            let mut rejected = std::mem::take(&mut table.rejected);
            rejected.push_with(|| {
                let column = column.map(|column| format!(", column {column}")).unwrap_or_default();
                Error::data(format!("{}{column}: {message}", table.place_at(start))).hint(hint)
            });
            table.rejected = rejected;
        }
        start += length as u64;
        watch.row(start, table)?;
    }
}

pub(super) fn read_array(input: &Input, table: &mut Table, watch: &mut Watch<'_, '_>) -> Result<()> {
    let mut reader = input.reader()?;
    let mut nested = false;
    let mut scan = Scan::default();
    let (mut element, mut start, mut at) = (Vec::new(), 0_u64, 0_u64);
    loop {
        let chunk = reader.fill_buf().map_err(|e| Error::file(&input.path, &e))?;
        if chunk.is_empty() {
            break;
        }
        let length = chunk.len();
        let chunk = chunk.to_vec();
        reader.consume(length);
        for (i, b) in chunk.into_iter().enumerate() {
            let here = at + i as u64;
            match scan.step(b) {
                Step::Between => {}
                Step::Inside => {
                    if element.is_empty() {
                        start = here;
                    }
                    element.push(b);
                    if element.len() > LONGEST {
                        return Err(Error::data(format!("{}: a row of over 1 GiB", table.place_at(start)))
                            .hint("is a bracket or a quote missing?"));
                    }
                }
                Step::Ends => {
                    if !element.trim_ascii().is_empty()
                        && let Err(Fault { message, hint, .. }) = take(&element, start, table, &mut nested)?
                    {
                        let error = Error::data(format!("{}: {message}", table.place_at(start)));
                        table.rejected.push(error.hint(hint));
                    }
                    element.clear();
                    watch.row(here, table)?;
                }
                Step::Stray => {
                    return Err(Error::data(format!(
                        "{}: {:?} stands outside the array",
                        table.place_at(here),
                        char::from(b)
                    ))
                    .hint("the file must be one array of objects, or one object a line (--format jsonl)"));
                }
            }
        }
        at += length as u64;
    }
    if scan.depth > 0 || !scan.begun {
        return Err(Error::data(format!("{}: the array is never closed", table.place_at(start)))
            .hint("the file may be cut short"));
    }
    Ok(())
}

/// Cuts an array into its elements without understanding them.
#[derive(Default)]
struct Scan {
    begun: bool,
    depth: usize,
    quoted: bool,
    escaped: bool,
}

enum Step {
    /// Outside or between elements.
    Between,
    /// Part of an element.
    Inside,
    /// The comma or bracket after an element.
    Ends,
    /// Something outside the array.
    Stray,
}

impl Scan {
    fn step(&mut self, b: u8) -> Step {
        if self.quoted {
            self.quoted = self.escaped || b != b'"';
            self.escaped = !self.escaped && b == b'\\';
            return Step::Inside;
        }
        match b {
            b'[' if self.depth == 0 && !self.begun => {
                (self.begun, self.depth) = (true, 1);
                Step::Between
            }
            _ if self.depth == 0 => {
                if b.is_ascii_whitespace() {
                    Step::Between
                } else {
                    Step::Stray
                }
            }
            b',' if self.depth == 1 => Step::Ends,
            b']' | b'}' => {
                self.depth -= 1;
                if self.depth == 0 { Step::Ends } else { Step::Inside }
            }
            b'[' | b'{' => {
                self.depth += 1;
                Step::Inside
            }
            b'"' => {
                self.quoted = true;
                Step::Inside
            }
            _ if self.depth == 1 && b.is_ascii_whitespace() => Step::Between,
            _ => Step::Inside,
        }
    }
}

struct Fault {
    column: Option<usize>,
    message: String,
    hint: String,
}

/// Takes one object as a row; the inner error is about this row alone.
fn take(bytes: &[u8], start: u64, table: &mut Table, nested: &mut bool) -> Result<Result<(), Fault>> {
    let fault = |column, message: String, hint: &str| Ok(Err(Fault { column, message, hint: hint.to_owned() }));
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let byte = bytes.get(e.valid_up_to()).copied().unwrap_or_default();
            let message = format!("byte 0x{byte:02X} is not UTF-8");
            return fault(Some(e.valid_up_to() + 1), message, "save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 FILE");
        }
    };
    let row: Row<'_> = match serde_json::from_str(text) {
        Ok(row) => row,
        Err(e) => {
            let message = e.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            return fault(
                Some(e.column()),
                message,
                "every row must be one JSON object, such as {\"id\": \"1\", \"text\": \"…\"}",
            );
        }
    };
    let mut cells: Vec<Option<Value<'_>>> = Vec::with_capacity(row.0.len());
    for (i, (key, value)) in row.0.into_iter().enumerate() {
        if key.contains('\0') || matches!(&value, Value::Text(s) if s.contains('\0')) {
            return fault(None, format!("{key:?} holds a NUL character"), "remove it: \\u0000 cannot be kept");
        }
        let at = match table.columns.get(i) {
            Some(column) if column.name == key => i,
            _ => table.column_or_new(&key),
        };
        if at >= cells.len() {
            cells.resize_with(at + 1, || None);
        }
        if let Some(first) = &cells[at] {
            let message = format!("the key {key:?} stands twice: {} and {}", first.excerpt(), value.excerpt());
            return fault(None, message, "remove one of them");
        }
        if matches!(value, Value::Nested(_)) && !std::mem::replace(nested, true) {
            table.notes.push(format!("lists and objects are kept as JSON text, such as in {key:?}"));
        }
        cells[at] = Some(value);
    }
    table.push_row(start, cells.iter().map(|c| c.as_ref().map_or(Cell::Missing, Value::cell)))?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{err, table};

    #[test]
    fn keys_come_and_go() {
        let t = table(
            "a.jsonl",
            b"{\"id\":7,\"text\":\"a\"}\n\n{\"text\":\"b\",\"n\":1.0,\"ok\":true}\n{\"id\":null,\"m\":[1,{}]}\n",
        );
        let names: Vec<_> = t.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["id", "text", "n", "ok", "m"]);
        assert_eq!(t.columns[0].iter().collect::<Vec<_>>(), ["7", "", ""]);
        assert_eq!((t.columns[2].get(1), t.columns[3].get(1), t.columns[4].get(2)), ("1.0", "true", "[1,{}]"));
        assert_eq!(t.place(2), "a.jsonl line 4");
        assert_eq!(t.notes, ["lists and objects are kept as JSON text, such as in \"m\""]);
    }

    #[test]
    fn an_array_is_read_over_any_lines() {
        let t = table("a.json", b" [\n {\"a\": \"x]\\\"\",\n  \"b\": {\"c\": [1]}},\n {\"a\": \"y\"}\n]\n");
        assert_eq!(t.columns[0].iter().collect::<Vec<_>>(), ["x]\"", "y"]);
        assert_eq!((t.place(0).as_str(), t.place(1).as_str()), ("a.json line 2", "a.json line 4"));
        assert_eq!(table("a.json", b"[{\"a\":1}]").rows(), 1);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (name, bytes, says) in [
            ("a.jsonl", &b"{\"a\":1}\n{\"a\":1,}\n"[..], "a.jsonl line 2, column 8: trailing comma"),
            ("a.jsonl", b"{\"a\":1}\n[1]\n", "a.jsonl line 2, column 0: invalid type: sequence, expected an object"),
            ("a.jsonl", b"{\"a\":1,\"a\":2}\n", "a.jsonl line 1: the key \"a\" stands twice: 1 and 2"),
            ("a.jsonl", b"{\"a\":\"b\\u0000\"}\n", "a.jsonl line 1: \"a\" holds a NUL character"),
            ("a.jsonl", b"{\"a\":\"caf\xe9\"}\n", "a.jsonl line 1, column 10: byte 0xE9 is not UTF-8"),
            ("a.json", b"[{\"a\":1},\n{\"a\":1]", "a.json line 2: the array is never closed"),
            ("a.json", b"[{\"a\":1},\n{\"a\" 1}]", "a.json line 2: expected `:`"),
            ("a.json", b"[{\"a\":1}]\n{}", "a.json line 2: '{' stands outside the array"),
            ("a.json", b"[]", "a.json has no rows"),
        ] {
            let e = err(name, bytes);
            assert!(e.message.starts_with(says), "{} against {says}", e.message);
            assert!(e.hint.is_some());
        }
    }

    #[test]
    fn text_columns_hold_text_and_id_columns_names() {
        let t = table("a.jsonl", b"{\"id\":\"a\",\"text\":\"x\",\"n\":1.5}\n{\"id\":7,\"text\":5,\"n\":2}\n");
        let e = t.text_column("text", "text").unwrap_err();
        assert!(e.message.starts_with("a.jsonl line 2, column \"text\": the text is a number (\"5\")"), "{e}");
        assert!(t.id_column("id", "id").is_ok());
        assert!(t.id_column("n", "id").unwrap_err().message.contains("line 1"));
    }
}
